using HotPath.Commands;

namespace HotPath.Rpc.Tests;

/// <summary>Keeps the outcomes of authorisations, by state.</summary>
internal sealed class ReplyRecorder : IReplyHandler<AuthorizeReply>, IReplyHandler<OkReply>, IReplyHandler<InitiateReply>, IReplyHandler<ProcessMessageReply>
{
    /// <summary>One line per outcome, in order: <c>state status engine detail</c>.</summary>
    public List<string> Lines { get; } = [];

    public void OnReply(long state, in RpcOutcome<AuthorizeReply> outcome) =>
        Lines.Add($"{state} {outcome.Status} {outcome.Engine} {(outcome.IsOk ? outcome.Reply.MaxUsage.ToString() : outcome.Error)}".TrimEnd());

    public void OnReply(long state, in RpcOutcome<OkReply> outcome) => Lines.Add($"{state} {outcome.Status} {outcome.Engine} {outcome.Error}".TrimEnd());

    public void OnReply(long state, in RpcOutcome<InitiateReply> outcome) =>
        Lines.Add($"{state} {outcome.Status} {outcome.Engine} {(outcome.IsOk ? outcome.Reply.MaxUsage.ToString() : outcome.Error)}".TrimEnd());

    public void OnReply(long state, in RpcOutcome<ProcessMessageReply> outcome) => Lines.Add($"{state} {outcome.Status} {outcome.Engine} {outcome.Error}".TrimEnd());
}
