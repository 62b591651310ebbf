namespace HotPath.Billing;

/// <summary>What a record survives once the journal calls it safe.</summary>
public enum JournalLevel
{
    /// <summary>Handed to the operating system: survives the end of the process, kill -9 included.</summary>
    Process,

    /// <summary>Flushed to the disk: survives the end of the machine. Safe up to 2 ms later than it was appended.</summary>
    Power,
}
