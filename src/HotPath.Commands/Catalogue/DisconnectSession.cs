namespace HotPath.Commands;

/// <summary>
/// The engine tells its client to end a call. Client protocols 0 and 1.0 send the event that opened the session as
/// <c>EventStart</c>; 2.0 sends it as <c>Event</c>, with the cause in it and no <see cref="Reason"/>. Both are read.
/// Source: facts cgrates-engine.md §4.3, cgrates-module.md §8.
/// </summary>
[CgrCommand(
    "SessionSv1.DisconnectSession",
    Aliases = ["SMGClientV1.DisconnectSession", "AgentV1.DisconnectSession"],
    EventName = "EventStart",
    Repeat = RepeatClass.SameEngine,
    Reply = typeof(OkReply))]
public readonly ref partial struct DisconnectSession
{
    /// <summary>Why, for example <c>INSUFFICIENT_CREDIT</c>; absent in protocol 2.0, see <see cref="DisconnectCause"/>.</summary>
    [CgrMember("Reason")] public CgrText Reason { get; init; }

    /// <summary>Tenant, in protocol 2.0.</summary>
    [CgrMember("Tenant")] public CgrText Tenant { get; init; }

    /// <summary>Identifies this request in the engine's logs, in protocol 2.0.</summary>
    [CgrMember("ID")] public CgrText Id { get; init; }

    /// <summary>Options of the request, in protocol 2.0: a JSON object.</summary>
    [CgrMember("APIOpts", Format = CgrFormat.RawJson)] public CgrText ApiOpts { get; init; }

    /// <summary>The call's identity, with <see cref="OriginHost"/>.</summary>
    [CgrField("OriginID")] public CgrText OriginId { get; init; }

    /// <summary>The stable name of the edge the call is on.</summary>
    [CgrField("OriginHost")] public CgrText OriginHost { get; init; }

    /// <summary>The client's handle of the dialog, echoed when the engine ends the session.</summary>
    [CgrField("DialogID")] public long? DialogId { get; init; }

    /// <summary>The other half of the client's handle of the dialog.</summary>
    [CgrField("DialogEntry")] public long? DialogEntry { get; init; }

    /// <summary>Who pays.</summary>
    [CgrField("Account")] public CgrText Account { get; init; }

    /// <summary>The number called.</summary>
    [CgrField("Destination")] public CgrText Destination { get; init; }

    /// <summary>Why, in protocol 2.0.</summary>
    [CgrField("DisconnectCause")] public CgrText DisconnectCause { get; init; }
}
