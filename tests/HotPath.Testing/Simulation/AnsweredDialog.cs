using HotPath.Sip;

namespace HotPath.Testing;

/// <summary>An answered dialog as it passed the edge: what its charging has to agree with.</summary>
/// <param name="CallId">The call.</param>
/// <param name="CalleeTag">Which of its answers.</param>
/// <param name="AnsweredBy">The next hop whose answer it is.</param>
/// <param name="AnsweredAt">When the edge forwarded the 2xx.</param>
/// <param name="AnsweredAtUtc">The same by the wall clock.</param>
/// <param name="AcknowledgedAt">When the caller's ACK reached the edge; <c>null</c>: never.</param>
/// <param name="EndedAt">When the last BYE that can have ended it reached the edge, or the edge's own left; <c>null</c>: never.</param>
/// <param name="FirstEndedAt">Earlier than <paramref name="EndedAt"/> if an edge died with a BYE in its hands.</param>
/// <param name="IsEndedByEdge">The end was a BYE of the edge's own.</param>
/// <param name="IsEndedByCallee">The end was a BYE of the callee's.</param>
/// <param name="HeldUp">How long the disk held up what the edge wrote then.</param>
public sealed record AnsweredDialog(
    string CallId,
    string CalleeTag,
    SipEndpoint AnsweredBy,
    TimeSpan AnsweredAt,
    DateTimeOffset AnsweredAtUtc,
    TimeSpan? AcknowledgedAt,
    TimeSpan? EndedAt,
    TimeSpan? FirstEndedAt,
    bool IsEndedByEdge,
    bool IsEndedByCallee,
    TimeSpan HeldUp);
