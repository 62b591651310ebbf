using HotPath.Commands;

namespace HotPath.Charging;

/// <summary>
/// What the session methods have in common, for the engine's side: one reader serves them all. Times and lengths are left as text, so
/// that the engine can say what is wrong with them in CGRateS's words. In the pre-rc8 dialect each method implies its flag. Source: facts cgrates-engine.md §4.1.
/// </summary>
[CgrCommand("SessionSv1.AuthorizeEvent", Compat = "SMGenericV1.GetMaxUsage", Repeat = RepeatClass.Safe, Reply = typeof(OkReply))]
internal readonly ref partial struct SessionRequest
{
    /// <summary>Authorise: say how long the call may last.</summary>
    [CgrMember("GetMaxUsage", Compat = CgrCompat.Implied)] public bool GetMaxUsage { get; init; }

    /// <summary>Let attribute profiles fill in the event.</summary>
    [CgrMember("GetAttributes")] public bool GetAttributes { get; init; }

    /// <summary>Initiate: open the session.</summary>
    [CgrMember("InitSession", Compat = CgrCompat.Implied)] public bool InitSession { get; init; }

    /// <summary>Update: debit more.</summary>
    [CgrMember("UpdateSession", Compat = CgrCompat.Implied)] public bool UpdateSession { get; init; }

    /// <summary>Terminate: end the session.</summary>
    [CgrMember("TerminateSession", Compat = CgrCompat.Implied)] public bool TerminateSession { get; init; }

    [CgrMember("Tenant")] public CgrText Tenant { get; init; }

    [CgrMember("ID")] public CgrText Id { get; init; }

    [CgrField("ToR")] public CgrText ToR { get; init; }

    [CgrField("OriginID")] public CgrText OriginId { get; init; }

    [CgrField("OriginHost")] public CgrText OriginHost { get; init; }

    [CgrField("Source")] public CgrText Source { get; init; }

    [CgrField("RequestType")] public CgrText RequestType { get; init; }

    [CgrField("Category")] public CgrText Category { get; init; }

    [CgrField("Account")] public CgrText Account { get; init; }

    [CgrField("Subject")] public CgrText Subject { get; init; }

    [CgrField("Destination")] public CgrText Destination { get; init; }

    [CgrField("SetupTime")] public CgrText SetupTime { get; init; }

    [CgrField("AnswerTime")] public CgrText AnswerTime { get; init; }

    [CgrField("Usage")] public CgrText Usage { get; init; }

    /// <summary>How much of the last grant was really used.</summary>
    [CgrField("LastUsed")] public CgrText LastUsed { get; init; }

    /// <summary>How much of the call was used before <see cref="Usage"/>.</summary>
    [CgrField("TotalUsage")] public CgrText TotalUsage { get; init; }

    /// <summary>Debit interval of this session; 0: the client asks for each piece.</summary>
    [CgrField("CGRDebitInterval")] public CgrText DebitInterval { get; init; }
}
