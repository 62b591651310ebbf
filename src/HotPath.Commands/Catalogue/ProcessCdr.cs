namespace HotPath.Commands;

/// <summary>
/// Hands over the call detail record of a call, answered or missed. Source: facts cgrates-engine.md §5, cgrates-module.md §2.
/// </summary>
[CgrCommand("SessionSv1.ProcessCDR", Compat = "SMGenericV1.ProcessCDR", Repeat = RepeatClass.SameEngineDedup, Reply = typeof(OkReply))]
public readonly ref partial struct ProcessCdr
{
    /// <summary>Tenant; absent: the engine's default.</summary>
    [CgrMember("Tenant", Yields = true)] public CgrText Tenant { get; init; }

    /// <summary>Identifies this request in the engine's logs; absent: the engine makes one.</summary>
    [CgrMember("ID", Yields = true)] public CgrText Id { get; init; }

    /// <summary>Options of the request: a JSON object. Engines before 0.11 do not know it.</summary>
    [CgrMember("APIOpts", Format = CgrFormat.RawJson, Yields = true)] public CgrText ApiOpts { get; init; }

    /// <summary><c>*voice</c> and the like.</summary>
    [CgrField("ToR", Yields = true)] public CgrText ToR { get; init; }

    /// <summary>The call's identity, with <see cref="OriginHost"/>.</summary>
    [CgrField("OriginID", Yields = true)] public CgrText OriginId { get; init; }

    /// <summary>The stable name of the edge the call is on.</summary>
    [CgrField("OriginHost", Yields = true)] public CgrText OriginHost { get; init; }

    /// <summary><c>*prepaid</c>, <c>*postpaid</c>, <c>*pseudoprepaid</c>, <c>*rated</c>.</summary>
    [CgrField("RequestType", Yields = true)] public CgrText RequestType { get; init; }

    /// <summary>Rating category, usually <c>call</c>.</summary>
    [CgrField("Category", Yields = true)] public CgrText Category { get; init; }

    /// <summary>Who pays.</summary>
    [CgrField("Account")] public CgrText Account { get; init; }

    /// <summary>Whose rating profile is used; absent: the account's.</summary>
    [CgrField("Subject", Yields = true)] public CgrText Subject { get; init; }

    /// <summary>The number called.</summary>
    [CgrField("Destination")] public CgrText Destination { get; init; }

    /// <summary>When the call was set up.</summary>
    [CgrField("SetupTime", Format = CgrFormat.UnixSeconds)] public DateTimeOffset? SetupTime { get; init; }

    /// <summary>When the call was answered.</summary>
    [CgrField("AnswerTime", Format = CgrFormat.UnixSeconds)] public DateTimeOffset? AnswerTime { get; init; }

    /// <summary>How long the call lasted.</summary>
    [CgrField("Usage", Format = CgrFormat.SecondsText)] public CgrDuration? Usage { get; init; }

    /// <summary>Why the call ended, in the reference module's words.</summary>
    [CgrField("DisconnectCause")] public CgrText DisconnectCause { get; init; }

    /// <summary>The status code of the final SIP response, if there was one.</summary>
    [CgrField("SipCode", Yields = true)] public int? SipCode { get; init; }

    /// <summary>The Q.850 cause from the Reason header, if there was one (RFC 3326).</summary>
    [CgrField("Q850Cause", Yields = true)] public int? Q850Cause { get; init; }

    /// <summary>Of a call that is not charged: <c>emergency</c> or <c>free</c>.</summary>
    [CgrField("CallClass", Yields = true)] public CgrText CallClass { get; init; }

    /// <summary>Further fields of the event, set by name.</summary>
    [CgrField] public CgrVariables? Variables { get; init; }

    /// <summary>Further members beside the event, set by name.</summary>
    [CgrMember] public CgrVariables? Options { get; init; }
}
