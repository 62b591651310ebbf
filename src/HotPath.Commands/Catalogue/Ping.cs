namespace HotPath.Commands;

/// <summary>Asks whether the engine answers. Source: wire recordings 002, 019, 021.</summary>
[CgrCommand("SessionSv1.Ping", Repeat = RepeatClass.Safe, Reply = typeof(PongReply))]
public readonly ref partial struct Ping;

/// <summary>The engine answers.</summary>
[CgrReply(Text = "Pong")]
public readonly partial struct PongReply;
