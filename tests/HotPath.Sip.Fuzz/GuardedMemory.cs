using System.Runtime.InteropServices;

namespace HotPath.Sip.Fuzz;

/// <summary>
/// Memory between two pages that nobody may touch, so that a read beyond a message that lies at either end stops the process. On Windows
/// there are no such pages; there messages are only surrounded by bytes that must not matter.
/// </summary>
public sealed unsafe partial class GuardedMemory : IDisposable
{
    private const int ReadWrite = 3;
    private const int PrivateAnonymousLinux = 0x22;
    private const int PrivateAnonymousMac = 0x1002;

    private readonly int _page = Environment.SystemPageSize;
    private readonly int _length;
    private readonly byte* _start;
    private readonly byte[] _plain = [];

    /// <summary>Room for messages of that many bytes.</summary>
    public GuardedMemory(int length)
    {
        _length = (length + _page - 1) / _page * _page;
        if (OperatingSystem.IsWindows())
        {
            _plain = new byte[_length];
            return;
        }

        nint mapped = Map(0, (nuint)(_length + (2 * _page)), ReadWrite, OperatingSystem.IsMacOS() ? PrivateAnonymousMac : PrivateAnonymousLinux, -1, 0);
        if (mapped == -1 || Protect(mapped, (nuint)_page, 0) != 0 || Protect(mapped + _page + _length, (nuint)_page, 0) != 0)
        {
            throw new InvalidOperationException($"No guarded memory: error {Marshal.GetLastPInvokeError()}.");
        }

        _start = (byte*)mapped + _page;
    }

    private Span<byte> All => _start is null ? _plain : new Span<byte>(_start, _length);

    /// <summary>The message, its last byte before the guard.</summary>
    public ReadOnlySpan<byte> AtEnd(ReadOnlySpan<byte> message)
    {
        message.CopyTo(All[^message.Length..]);
        return All[^message.Length..];
    }

    /// <summary>The message, its first byte behind the guard, with bytes after it that a parser would like to read on with.</summary>
    public ReadOnlySpan<byte> AtStart(ReadOnlySpan<byte> message)
    {
        message.CopyTo(All);
        ReadOnlySpan<byte> bait = "\n:\"<>;tag=x\r\n\r\n"u8;
        bait[..Math.Min(bait.Length, _length - message.Length)].CopyTo(All[message.Length..]);
        return All[..message.Length];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_start is not null) Unmap((nint)(_start - _page), (nuint)(_length + (2 * _page)));
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint address, nuint length);
}
