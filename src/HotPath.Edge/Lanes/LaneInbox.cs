using System.Buffers;
using HotPath.Sip;

namespace HotPath.Edge;

/// <summary>
/// Messages that arrived on other lanes' sockets for this lane's calls: a bounded queue that any lane writes and its own empties. Beyond
/// a limit only messages of calls that were admitted get in. Allocates nothing in steady state.
/// </summary>
/// <param name="capacity">The most messages that wait, a power of two.</param>
/// <param name="reserved">How many of these places are kept for messages that must not be dropped.</param>
/// <param name="wake">Called when the first message is put into an empty inbox: has <see cref="TakeAll"/> be called soon.</param>
internal sealed class LaneInbox(int capacity, int reserved, Action wake)
{
    /// <summary>Nearly every message fits into this; a place keeps a buffer of this length once it was used.</summary>
    private const int UsualLength = 2048;

    private readonly Lock _lock = new();
    private readonly Entry[] _entries = new Entry[capacity];
    private int _first;
    private int _count;
    private bool _isWoken;

    /// <summary>Messages for which there was no place.</summary>
    public long Refused { get; private set; }

    /// <summary>The message that is being handed over came from a lane that was behind with what arrives. On the lane's thread.</summary>
    public bool IsBehind { get; private set; }

    /// <summary>Messages that wait. Any thread.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _count;
            }
        }
    }

    /// <summary>Puts in a copy of a message. Any thread.</summary>
    /// <param name="listener">Index of the listener it arrived on.</param>
    /// <param name="source">Where it came from.</param>
    /// <param name="message">The message.</param>
    /// <param name="isNewWork">It belongs to nothing that was admitted, and does not get one of the reserved places.</param>
    /// <param name="isBehind">The lane that puts it in is behind with what arrives.</param>
    /// <returns><c>false</c> if there is no place for it.</returns>
    public bool TryPut(int listener, in SipEndpoint source, ReadOnlySpan<byte> message, bool isNewWork, bool isBehind = false)
    {
        bool wakes;
        lock (_lock)
        {
            if (_count >= (isNewWork ? capacity - reserved : capacity))
            {
                Refused++;
                return false;
            }

            ref Entry entry = ref _entries[(_first + _count) & (capacity - 1)];
            if (message.Length <= UsualLength)
            {
                entry.Message = entry.Usual ??= GC.AllocateUninitializedArray<byte>(UsualLength);
            }
            else
            {
                entry.Message = ArrayPool<byte>.Shared.Rent(message.Length);
            }

            message.CopyTo(entry.Message);
            entry.Length = message.Length;
            entry.Listener = listener;
            entry.Source = source;
            entry.IsBehind = isBehind;
            _count++;
            wakes = !_isWoken;
            _isWoken = true;
        }

        if (wakes)
        {
            wake();
        }

        return true;
    }

    /// <summary>Hands what is there to the lane, in order. On the lane's thread.</summary>
    public void TakeAll(ISipReceiver receiver)
    {
        int present;
        lock (_lock)
        {
            present = _count;
            _isWoken = false;
        }

        for (; present > 0; present--)
        {
            // The place is given back afterwards, so nobody writes what is being read.
            ref Entry entry = ref _entries[_first];
            IsBehind = entry.IsBehind;
            try
            {
                receiver.OnMessage(entry.Listener, entry.Source, entry.Message.AsSpan(0, entry.Length));
            }
            finally
            {
                Release(ref entry);
            }
        }
    }

    private void Release(ref Entry entry)
    {
        if (entry.Message != entry.Usual)
        {
            ArrayPool<byte>.Shared.Return(entry.Message!);
        }

        lock (_lock)
        {
            entry.Message = null;
            _first = (_first + 1) & (capacity - 1);
            _count--;
        }
    }

    private struct Entry
    {
        public byte[]? Usual;
        public byte[]? Message;
        public int Length;
        public int Listener;
        public SipEndpoint Source;
        public bool IsBehind;
    }
}
