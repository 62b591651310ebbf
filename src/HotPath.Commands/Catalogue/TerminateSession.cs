namespace HotPath.Commands;

/// <summary>
/// Ends the charging session of a call. Repeating it charges the call again. Source: facts cgrates-engine.md §4.2, wire/README.md.
/// </summary>
[CgrCommand("SessionSv1.TerminateSession", Compat = "SMGenericV1.TerminateSession", Repeat = RepeatClass.AfterQuery, Reply = typeof(OkReply))]
public readonly ref partial struct TerminateSession
{
    /// <summary>End the charging session and settle what was used.</summary>
    [CgrMember("TerminateSession", Compat = CgrCompat.Implied)] public bool EndSession { get; init; }

    /// <summary>Let the engine's attribute profiles fill in the event (request type, account…).</summary>
    [CgrMember("GetAttributes")] public bool GetAttributes { get; init; }

    /// <summary>Tenant; absent: the engine's default.</summary>
    [CgrMember("Tenant")] public CgrText Tenant { get; init; }

    /// <summary>Identifies this request in the engine's logs; absent: the engine makes one.</summary>
    [CgrMember("ID")] public CgrText Id { get; init; }

    /// <summary><c>*voice</c> and the like.</summary>
    [CgrField("ToR")] public CgrText ToR { get; init; }

    /// <summary>The call's identity, with <see cref="OriginHost"/>. The engine insists on it.</summary>
    [CgrField("OriginID", Required = true)] public CgrText OriginId { get; init; }

    /// <summary>The stable name of the edge the call is on.</summary>
    [CgrField("OriginHost")] public CgrText OriginHost { get; init; }

    /// <summary><c>*prepaid</c>, <c>*postpaid</c>, <c>*pseudoprepaid</c>, <c>*rated</c>.</summary>
    [CgrField("RequestType")] public CgrText RequestType { get; init; }

    /// <summary>Rating category, usually <c>call</c>.</summary>
    [CgrField("Category")] public CgrText Category { get; init; }

    /// <summary>Who pays.</summary>
    [CgrField("Account")] public CgrText Account { get; init; }

    /// <summary>Whose rating profile is used; absent: the account's.</summary>
    [CgrField("Subject")] public CgrText Subject { get; init; }

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
}
