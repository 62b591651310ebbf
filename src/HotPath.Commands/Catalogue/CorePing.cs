namespace HotPath.Commands;

/// <summary>Asks whether the engine answers, whatever services it runs. Source: wire recording 015.</summary>
[CgrCommand("CoreSv1.Ping", Repeat = RepeatClass.Safe, Reply = typeof(PongReply))]
public readonly ref partial struct CorePing;
