using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace HotPath.Rpc;

/// <summary>
/// Sockets that are waited for together: with <c>poll(2)</c> on Unix, with <see cref="Socket.Select(System.Collections.IList, System.Collections.IList, System.Collections.IList, int)"/>
/// elsewhere. For a dozen sockets both cost the same; with hundreds only <c>poll</c> allocates nothing, and it tells a failed socket
/// apart from an idle one. Not thread-safe.
/// </summary>
/// <param name="hasPoll">There is a <c>poll(2)</c>, and it is to be used.</param>
internal sealed partial class PollSet(bool hasPoll)
{
    private const short PollIn = 1;
    private const short PollOut = 4;
    private const short PollFailed = 8 | 16 | 32; // POLLERR, POLLHUP, POLLNVAL

    private readonly Dictionary<Socket, int> _slots = [];
    private readonly List<Socket> _toRead = [];
    private readonly List<Socket> _toWrite = [];
    private PollDescriptor[] _descriptors = new PollDescriptor[8];
    private Entry[] _entries = new Entry[8];
    private int _count;

    /// <summary>Waits for this socket to be readable, from the next <see cref="Wait"/> on.</summary>
    public void Add(Socket socket, ISocketHandler handler)
    {
        if (_count == _descriptors.Length)
        {
            Array.Resize(ref _descriptors, _count * 2);
            Array.Resize(ref _entries, _count * 2);
        }

        _slots.Add(socket, _count);
        _entries[_count] = new Entry(socket, handler);
        _descriptors[_count] = new PollDescriptor { Handle = hasPoll ? (int)socket.Handle : 0, Wanted = PollIn };
        _count++;
    }

    /// <summary>Waits for it no more; nothing if it is not in the set.</summary>
    public void Remove(Socket socket)
    {
        if (!_slots.Remove(socket, out int slot))
        {
            return;
        }

        // What moves into the slot may be dispatched a second time in this turn; it is not ready then, so nothing happens.
        int last = --_count;
        if (slot != last)
        {
            _entries[slot] = _entries[last];
            _descriptors[slot] = _descriptors[last];
            _slots[_entries[slot].Socket] = slot;
        }

        _entries[last] = default;
        _descriptors[last] = default;
    }

    /// <summary>Waits for it to be readable, or no more.</summary>
    public void SetWantsRead(Socket socket, bool wantsRead) => SetWanted(socket, PollIn, wantsRead);

    /// <summary>Waits for it to be writable too, or no more.</summary>
    public void SetWantsWrite(Socket socket, bool wantsWrite) => SetWanted(socket, PollOut, wantsWrite);

    /// <summary>Waits until a socket is ready, or for this long.</summary>
    /// <param name="maxWaitMs">Milliseconds; -1: as long as it takes.</param>
    public void Wait(int maxWaitMs)
    {
        if (hasPoll)
        {
            if (Poll(ref _descriptors[0], (nuint)_count, maxWaitMs) <= 0)
            {
                // Time is over, or a signal came: nothing is ready, and what the last wait left is stale.
                ClearReady();
            }
        }
        else
        {
            Select(maxWaitMs);
        }
    }

    /// <summary>Calls the handlers of the sockets that the last <see cref="Wait"/> found ready.</summary>
    public void Dispatch()
    {
        for (int slot = _count - 1; slot >= 0; slot--)
        {
            short ready = _descriptors[slot].Ready;
            if (ready == 0)
            {
                continue;
            }

            _descriptors[slot].Ready = 0;
            Entry entry = _entries[slot];
            bool isReadable = (ready & (PollIn | PollFailed)) != 0;
            if ((ready & PollOut) != 0)
            {
                entry.Handler.OnWritable();
                isReadable = isReadable && _slots.ContainsKey(entry.Socket);
            }

            if (isReadable)
            {
                entry.Handler.OnReadable();
            }
        }
    }

    private void SetWanted(Socket socket, short what, bool isWanted)
    {
        ref PollDescriptor descriptor = ref _descriptors[_slots[socket]];
        descriptor.Wanted = (short)(isWanted ? descriptor.Wanted | what : descriptor.Wanted & ~what);
    }

    private void Select(int maxWaitMs)
    {
        _toRead.Clear();
        _toWrite.Clear();
        for (int i = 0; i < _count; i++)
        {
            if ((_descriptors[i].Wanted & PollIn) != 0)
            {
                _toRead.Add(_entries[i].Socket);
            }

            if ((_descriptors[i].Wanted & PollOut) != 0)
            {
                _toWrite.Add(_entries[i].Socket);
            }
        }

        ClearReady();
        int waitUs = maxWaitMs < 0 ? -1 : (int)Math.Min(maxWaitMs * 1000L, int.MaxValue);
        Socket.Select(_toRead, _toWrite.Count == 0 ? null : _toWrite, null, waitUs);
        foreach (Socket socket in _toRead)
        {
            _descriptors[_slots[socket]].Ready |= PollIn;
        }

        foreach (Socket socket in _toWrite)
        {
            _descriptors[_slots[socket]].Ready |= PollOut;
        }
    }

    private void ClearReady()
    {
        for (int i = 0; i < _count; i++)
        {
            _descriptors[i].Ready = 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollDescriptor descriptors, nuint count, int timeoutMs);

    private readonly record struct Entry(Socket Socket, ISocketHandler Handler);

    /// <summary><c>struct pollfd</c>, the same on Linux, macOS and the BSDs.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Handle;
        public short Wanted;
        public short Ready;
    }
}
