using System.Runtime.CompilerServices;

namespace HotPath.Sip;

/// <summary>
/// Where things are in one message: the reusable result of <see cref="SipParser.Parse"/>, read through <see cref="SipMessage"/>. Holds
/// offsets only, never the bytes. Allocates when made and when a message has more header lines than any before it; otherwise nothing.
/// Not thread-safe; one per lane, or pooled by whoever keeps messages.
/// </summary>
public sealed class SipMessageIndex
{
    private Entry[] _entries;

    /// <summary>An index with room for that many header lines before it grows.</summary>
    public SipMessageIndex(int headerCapacity = 64)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(headerCapacity, 1);
        _entries = new Entry[headerCapacity];
    }

    /// <summary>The number of header lines.</summary>
    public int HeaderCount { get; private set; }

    /// <summary>
    /// The start line and all header lines were found, even where <see cref="SipParser.Parse"/> then refused the message: enough to
    /// answer a request with the error.
    /// </summary>
    public bool IsIndexed { get; private set; }

    internal bool IsRequest;
    internal SipMethod Method;
    internal SipMethod CSeqMethod;
    internal int StatusCode;
    internal uint CSeqNumber;
    internal int MaxForwards;
    internal int ContentLength;
    internal Range32 MethodText;
    internal Range32 RequestUri;
    internal Range32 ReasonPhrase;
    internal Range32 CSeqMethodText;
    internal Range32 FromTag;
    internal Range32 ToTag;
    internal int MessageStart;
    internal int HeadersStart;
    internal int HeadersEnd;
    internal int BodyStart;
    internal int BodyEnd;

    /// <summary>One bit per <see cref="SipHeaderId"/> that occurs.</summary>
    internal ulong Present { get; private set; }

    /// <summary>One bit per <see cref="SipHeaderId"/> that occurs in more than one line.</summary>
    internal ulong Repeated { get; private set; }

    /// <summary>Room for entries for the parser to fill, never more than may be used.</summary>
    internal Span<Entry> GetEntries(int most) => _entries.AsSpan(0, Math.Min(_entries.Length, most));

    /// <summary>By <see cref="SipHeaderId"/> the first entry of that kind, where its bit in <see cref="Present"/> is set.</summary>
    internal short[] Firsts { get; } = new short[64];

    internal void SetHeaders(int count, ulong present, ulong repeated, int end)
    {
        HeaderCount = count;
        Present = present;
        Repeated = repeated;
        HeadersEnd = end;
    }

    /// <summary>The empty line was found, so everything is indexed.</summary>
    internal void SetBody(int start, int end)
    {
        BodyStart = start;
        BodyEnd = end;
        IsIndexed = true;
    }

    internal void Reset()
    {
        HeaderCount = 0;
        Present = 0;
        Repeated = 0;
        IsIndexed = false;
        IsRequest = false;
        Method = CSeqMethod = SipMethod.Unknown;
        StatusCode = 0;
        CSeqNumber = 0;
        MaxForwards = -1;
        ContentLength = -1;
        MethodText = RequestUri = ReasonPhrase = CSeqMethodText = FromTag = ToTag = default;
        MessageStart = HeadersStart = HeadersEnd = BodyStart = BodyEnd = 0;
    }

    internal ref readonly Entry this[int index] => ref _entries[index];

    internal bool Has(SipHeaderId id) => (Present & (1UL << (int)id)) != 0;

    /// <summary>The first header line of that kind, or -1.</summary>
    internal int First(SipHeaderId id) => Has(id) ? Firsts[(int)id] : -1;

    /// <summary>The next header line of that kind after <paramref name="index"/>, or -1.</summary>
    internal int Next(int index, SipHeaderId id)
    {
        while (++index < HeaderCount)
        {
            if (_entries[index].Id == id) return index;
        }

        return -1;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal Span<Entry> GrowEntries(int most)
    {
        Array.Resize(ref _entries, _entries.Length * 2);
        return GetEntries(most);
    }

    internal readonly record struct Entry(int NameStart, int ValueStart, int ValueEnd, ushort NameLength, SipHeaderId Id);

    internal readonly record struct Range32(int Start, int Length)
    {
        public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> bytes) => bytes.Slice(Start, Length);
    }
}
