namespace HotPath.Billing;

/// <summary>What a person found out about a session that was parked.</summary>
public enum ParkedOutcome : byte
{
    /// <summary>The account was not debited, and will not be.</summary>
    NotCharged,

    /// <summary>The account was debited: by the engine, or by hand since.</summary>
    Charged,
}
