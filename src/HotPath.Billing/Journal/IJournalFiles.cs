namespace HotPath.Billing;

/// <summary>
/// The folder that a journal lives in. <see cref="JournalFolder"/> is a real one; tests give one that tears writes, fills up and forgets
/// what was not flushed. Members throw <see cref="IOException"/> as the disk does.
/// </summary>
public interface IJournalFiles
{
    /// <summary>The names of all files, in ordinal order.</summary>
    IReadOnlyList<string> List();

    /// <summary>Makes an empty file whose space is reserved: writing within <paramref name="bytes"/> cannot run out of disk.</summary>
    /// <exception cref="IOException">There is no room, or the disk does not work.</exception>
    IJournalFile Create(string name, long bytes);

    /// <summary>Opens a file for reading.</summary>
    IJournalFile Open(string name);

    /// <summary>Deletes a file.</summary>
    void Delete(string name);
}

/// <summary>One file of a journal. Used by one thread at a time, but for <see cref="Flush"/>, which may run beside a write.</summary>
public interface IJournalFile : IDisposable
{
    /// <summary>Bytes in the file, reserved ones included.</summary>
    long Length { get; }

    /// <summary>Reads up to the end of <paramref name="buffer"/> or of the file.</summary>
    /// <returns>The bytes read.</returns>
    int Read(long offset, Span<byte> buffer);

    /// <summary>Hands bytes to the operating system: they survive the end of this process, not that of the machine.</summary>
    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Returns when everything written is on the disk.</summary>
    void Flush();
}
