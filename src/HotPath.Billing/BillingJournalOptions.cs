namespace HotPath.Billing;

/// <summary>The journal of a <see cref="BillingClient"/> (<c>docs/journal.md</c>).</summary>
public sealed record BillingJournalOptions
{
    /// <summary>The folder; made if it is missing. One client owns it at a time.</summary>
    public required string Folder { get; init; }

    /// <summary>What a record survives; by default the end of the process.</summary>
    public JournalLevel Level { get; init; }

    /// <summary>
    /// Asked for each call that ran when the program died, before anything is connected: whether it still runs. If so, it is in
    /// <see cref="BillingClient.Recovered"/>; if not, and by default, it is ended and recorded as of the last sign of life, and marked
    /// (<c>EndEstimated</c>). Called inside <see cref="BillingClient.Connect"/>. A call whose end an engine was promised is not asked for.
    /// </summary>
    public Func<JournaledSession, bool>? Resumes { get; init; }
}
