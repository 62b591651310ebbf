namespace HotPath.Commands;

/// <summary>The engine tells its client to change a call: how, the event's other fields and the options say. Source: facts cgrates-engine.md §4.3.</summary>
[CgrCommand("AgentV1.AlterSession", Aliases = ["SessionSv1.AlterSession"], Repeat = RepeatClass.Never, Reply = typeof(OkReply))]
public readonly ref partial struct AlterSession
{
    /// <summary>Tenant; absent: the engine's default.</summary>
    [CgrMember("Tenant")] public CgrText Tenant { get; init; }

    /// <summary>Identifies this request in the engine's logs; absent: the engine makes one.</summary>
    [CgrMember("ID")] public CgrText Id { get; init; }

    /// <summary>Options of the request: a JSON object. Engines before 0.11 do not know it.</summary>
    [CgrMember("APIOpts", Format = CgrFormat.RawJson)] public CgrText ApiOpts { get; init; }

    /// <summary>The call's identity, with <see cref="OriginHost"/>.</summary>
    [CgrField("OriginID")] public CgrText OriginId { get; init; }

    /// <summary>The stable name of the edge the call is on.</summary>
    [CgrField("OriginHost")] public CgrText OriginHost { get; init; }

    /// <summary>The client's handle of the dialog, echoed from the event that opened the session.</summary>
    [CgrField("DialogID")] public long? DialogId { get; init; }

    /// <summary>The other half of the client's handle of the dialog.</summary>
    [CgrField("DialogEntry")] public long? DialogEntry { get; init; }

    /// <summary>Who pays.</summary>
    [CgrField("Account")] public CgrText Account { get; init; }

    /// <summary>The number called.</summary>
    [CgrField("Destination")] public CgrText Destination { get; init; }
}
