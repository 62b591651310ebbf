using HotPath.Billing;

namespace HotPath.Testing;

/// <summary>
/// A disk in memory that knows what was written and what was flushed, so that a test can let the process die in the middle of any write,
/// cut the power, or fill the disk up.
/// </summary>
public sealed class SimulatedDisk : IJournalFiles
{
    private const int SectorBytes = 512;

    private readonly SortedDictionary<string, DiskFile> _files = new(StringComparer.Ordinal);

    /// <summary>Bytes that new files may still reserve.</summary>
    public long FreeBytes { get; set; } = long.MaxValue / 2;

    /// <summary>Writes done so far, headers included.</summary>
    public int Writes { get; private set; }

    /// <summary>The number of the write in whose middle the process dies; <see cref="int.MaxValue"/>: none.</summary>
    public int DyingWrite { get; set; } = int.MaxValue;

    /// <summary>The process has died: nothing it still does reaches the disk.</summary>
    public bool HasDied => Writes > DyingWrite;

    /// <summary>
    /// Called when the process dies, before the write throws <see cref="SimulatedCrashException"/>: whatever catches that, the process is
    /// dead.
    /// </summary>
    public Action? Died { get; set; }

    /// <summary>Refuses every write, as a failing disk does.</summary>
    public bool IsBroken { get; set; }

    /// <inheritdoc/>
    public IReadOnlyList<string> List() => [.. _files.Keys];

    /// <inheritdoc/>
    public IJournalFile Create(string name, long bytes)
    {
        if (IsBroken || bytes > FreeBytes)
        {
            throw new IOException("No space left on device");
        }

        FreeBytes -= bytes;
        var file = new DiskFile(this, bytes);
        _files.Add(name, file);
        return file;
    }

    /// <inheritdoc/>
    public IJournalFile Open(string name) => _files[name];

    /// <inheritdoc/>
    public void Delete(string name)
    {
        FreeBytes += _files[name].Length;
        _files.Remove(name);
    }

    /// <summary>The bytes of a file, to be damaged.</summary>
    public Span<byte> BytesOf(string name) => _files[name].Written;

    /// <summary>The disk as the next process finds it after this one died.</summary>
    public SimulatedDisk AfterProcessDeath() => Copy(file => [.. file.Written]);

    /// <summary>The disk as the machine finds it after the power failed: of what was not flushed each sector is there or not.</summary>
    public SimulatedDisk AfterPowerLoss(Random random) => Copy(file => file.Survivors(random));

    private SimulatedDisk Copy(Func<DiskFile, byte[]> contentOf)
    {
        var copy = new SimulatedDisk { FreeBytes = FreeBytes, IsBroken = IsBroken };
        foreach ((string name, DiskFile file) in _files)
        {
            copy._files.Add(name, new DiskFile(copy, contentOf(file)));
        }

        return copy;
    }

    private sealed class DiskFile(SimulatedDisk disk, byte[] bytes) : IJournalFile
    {
        private readonly byte[] _flushed = [.. bytes];

        public DiskFile(SimulatedDisk disk, long length)
            : this(disk, new byte[length])
        {
        }

        public byte[] Written { get; } = bytes;

        public long Length => Written.Length;

        public int Read(long offset, Span<byte> buffer)
        {
            ReadOnlySpan<byte> rest = Written.AsSpan((int)offset);
            rest[..Math.Min(rest.Length, buffer.Length)].CopyTo(buffer);
            return Math.Min(rest.Length, buffer.Length);
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            if (disk.IsBroken)
            {
                throw new IOException("Input/output error");
            }

            if (disk.HasDied)
            {
                throw new SimulatedCrashException();
            }

            bool dies = disk.Writes++ == disk.DyingWrite;
            ReadOnlySpan<byte> done = dies ? bytes[..(disk.DyingWrite * 7 % bytes.Length)] : bytes;
            done.CopyTo(Written.AsSpan((int)offset));
            if (dies)
            {
                disk.Died?.Invoke();
                throw new SimulatedCrashException();
            }
        }

        public void Flush()
        {
            if (disk.IsBroken)
            {
                throw new IOException("Input/output error");
            }

            Written.CopyTo(_flushed, 0);
        }

        public byte[] Survivors(Random random)
        {
            byte[] survivors = [.. _flushed];
            for (int at = 0; at < survivors.Length; at += SectorBytes)
            {
                Range sector = at..Math.Min(at + SectorBytes, survivors.Length);
                if (random.Next(2) == 0)
                {
                    Written.AsSpan(sector).CopyTo(survivors.AsSpan(sector));
                }
            }

            return survivors;
        }

        public void Dispose()
        {
        }
    }
}

/// <summary>The simulated process died.</summary>
public sealed class SimulatedCrashException : Exception;
