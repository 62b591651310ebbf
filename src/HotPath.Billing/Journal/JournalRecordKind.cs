namespace HotPath.Billing;

/// <summary>What a journal record says.</summary>
public enum JournalRecordKind : byte
{
    /// <summary>The call is answered; Initiate follows. All there is to know of the session.</summary>
    Answered = 1,

    /// <summary>The call ended, or was missed; BYE, Terminate and CDR follow. All there is to know of the session.</summary>
    Ended = 2,

    /// <summary>Nothing is owed to the session any more.</summary>
    Closed = 3,

    /// <summary>The session was parked: a person has to look at it. All there is to know of the session.</summary>
    Unresolved = 4,

    /// <summary>An engine has the session; the grant is known.</summary>
    Accepted = 5,

    /// <summary>Terminate is acknowledged; the CDR follows.</summary>
    Terminated = 6,

    /// <summary>The edge lives. Written each second while sessions are open: a crash came no later than a second after the last one.</summary>
    Heartbeat = 7,

    /// <summary>Identities that were used on an engine, as hashes: written when the segments that name them go.</summary>
    Identities = 8,

    /// <summary>A person found out what became of a parked session: it is not listed any more.</summary>
    Resolved = 9,

    /// <summary>The call went on after a restart: until a moment it says, nobody knows whether it had ended before.</summary>
    Resumed = 10,
}
