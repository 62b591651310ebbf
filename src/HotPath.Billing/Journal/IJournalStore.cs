namespace HotPath.Billing;

/// <summary>
/// The seam between the journal and the disk. <see cref="Append"/> returns when the record is as safe as the level of the store
/// promises; the effect that the record announces follows after it.
/// </summary>
public interface IJournalStore
{
    /// <summary>Appends one record. Called on a lane's thread.</summary>
    void Append(ReadOnlySpan<byte> record);
}
