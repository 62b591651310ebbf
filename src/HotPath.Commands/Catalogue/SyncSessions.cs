namespace HotPath.Commands;

/// <summary>Makes the engine ask its clients for their sessions at once, and end those that no client knows. Source: facts cgrates-engine.md §4.3, wire recording 278.</summary>
[CgrCommand("SessionSv1.SyncSessions", Repeat = RepeatClass.Never, Reply = typeof(OkReply))]
public readonly ref partial struct SyncSessions;
