using Microsoft.Win32.SafeHandles;

namespace HotPath.Billing;

/// <summary>A real folder, owned for as long as the object lives: a second owner is refused, so two edges never write one journal.</summary>
public sealed class JournalFolder : IJournalFiles, IDisposable
{
    private const string LockName = "owner.lock";

    private readonly string _path;
    private readonly FileStream? _lock;

    private JournalFolder(string path, FileStream? ownerLock)
    {
        _path = path;
        _lock = ownerLock;
    }

    /// <summary>Opens the folder to write a journal there; makes it if it is missing.</summary>
    /// <exception cref="IOException">Another process owns it, or the disk does not work.</exception>
    public static JournalFolder Own(string path)
    {
        Directory.CreateDirectory(path);
        string ownerLock = Path.Combine(path, LockName);
        try
        {
            return new JournalFolder(path, new FileStream(ownerLock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException failure) when (File.Exists(ownerLock))
        {
            throw new IOException($"The journal in '{path}' belongs to another process, an edge or a program that runs; stop it first.", failure);
        }
    }

    /// <summary>Opens the folder to look at the journal there, owned by somebody or not.</summary>
    /// <exception cref="IOException">There is no such folder, or no journal in it.</exception>
    public static JournalFolder Inspect(string path) =>
        !Directory.Exists(path) ? throw new DirectoryNotFoundException($"There is no folder '{path}'.")
        : new JournalFolder(path, null) is var folder && folder.List().Any(name => JournalSegment.TryParseName(name, out _)) ? folder
        : throw new IOException($"There is no journal in '{path}'.");

    /// <inheritdoc/>
    public IReadOnlyList<string> List() =>
        [.. Directory.EnumerateFiles(_path).Select(file => Path.GetFileName(file)).Where(name => name != LockName).Order(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public IJournalFile Create(string name, long bytes) =>
        new DiskFile(File.OpenHandle(Path.Combine(_path, name), FileMode.Create, FileAccess.ReadWrite, FileShare.Read, FileOptions.None, bytes), bytes);

    /// <inheritdoc/>
    public IJournalFile Open(string name)
    {
        SafeFileHandle handle = File.OpenHandle(Path.Combine(_path, name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return new DiskFile(handle, RandomAccess.GetLength(handle));
    }

    /// <inheritdoc/>
    public void Delete(string name) => File.Delete(Path.Combine(_path, name));

    /// <summary>Gives the folder up.</summary>
    public void Dispose() => _lock?.Dispose();

    private sealed class DiskFile(SafeFileHandle handle, long length) : IJournalFile
    {
        public long Length => length;

        public int Read(long offset, Span<byte> buffer)
        {
            int total = 0;
            while (total < buffer.Length && RandomAccess.Read(handle, buffer[total..], offset + total) is > 0 and int read)
            {
                total += read;
            }

            return total;
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes) => RandomAccess.Write(handle, bytes, offset);

        public void Flush() => RandomAccess.FlushToDisk(handle);

        public void Dispose() => handle.Dispose();
    }
}
