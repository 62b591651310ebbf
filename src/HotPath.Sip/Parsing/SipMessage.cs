namespace HotPath.Sip;

/// <summary>
/// A parsed message: its bytes and the index over them, with lazy views. A value on the stack that owns nothing: valid while the bytes
/// and the index are left alone. Allocates nothing.
/// </summary>
/// <param name="bytes">The bytes that were parsed, all of them.</param>
/// <param name="index">What <see cref="SipParser.Parse"/> found in them.</param>
public readonly ref struct SipMessage(ReadOnlySpan<byte> bytes, SipMessageIndex index)
{
    /// <summary>The bytes as they were given to the parser, leading line breaks included.</summary>
    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    /// <summary>The index over <see cref="Bytes"/>.</summary>
    public SipMessageIndex Index { get; } = index;

    /// <summary>A request; otherwise a response.</summary>
    public bool IsRequest => Index.IsRequest;

    /// <summary>The method of a request; <see cref="SipMethod.Unknown"/> for an extension method and in a response.</summary>
    public SipMethod Method => Index.Method;

    /// <summary>The method of a request as written; empty in a response.</summary>
    public ReadOnlySpan<byte> MethodText => Index.MethodText.Of(Bytes);

    /// <summary>The Request-URI as written; empty in a response.</summary>
    public ReadOnlySpan<byte> RequestUri => Index.RequestUri.Of(Bytes);

    /// <summary>100…699 in a response, 0 in a request.</summary>
    public int StatusCode => Index.StatusCode;

    /// <summary>The reason phrase of a response as written, which may be empty.</summary>
    public ReadOnlySpan<byte> ReasonPhrase => Index.ReasonPhrase.Of(Bytes);

    /// <summary>The number of header lines.</summary>
    public int HeaderCount => Index.HeaderCount;

    /// <summary>The Call-ID; empty if absent.</summary>
    public ReadOnlySpan<byte> CallId => Find(SipHeaderId.CallId);

    /// <summary>The number of CSeq, below 2³¹.</summary>
    public uint CSeqNumber => Index.CSeqNumber;

    /// <summary>The method of CSeq.</summary>
    public SipMethod CSeqMethod => Index.CSeqMethod;

    /// <summary>The method of CSeq as written.</summary>
    public ReadOnlySpan<byte> CSeqMethodText => Index.CSeqMethodText.Of(Bytes);

    /// <summary>From, taken apart; empty if it is absent or malformed.</summary>
    public SipNameAddr From => NameAddr(SipHeaderId.From);

    /// <summary>To, taken apart; empty if it is absent or malformed.</summary>
    public SipNameAddr To => NameAddr(SipHeaderId.To);

    /// <summary>The tag of From, empty if absent. Costs nothing after parsing.</summary>
    public ReadOnlySpan<byte> FromTag => Index.FromTag.Of(Bytes);

    /// <summary>The tag of To, empty if absent. Costs nothing after parsing.</summary>
    public ReadOnlySpan<byte> ToTag => Index.ToTag.Of(Bytes);

    /// <summary>The topmost Via, taken apart; empty if it is absent or malformed.</summary>
    public SipVia TopVia
    {
        get
        {
            TryGetTopVia(out SipVia via);
            return via;
        }
    }

    /// <summary>Max-Forwards, 0…255 (more is read as 255), or -1 if absent.</summary>
    public int MaxForwards => Index.MaxForwards;

    /// <summary>Content-Length as written, or -1 if absent.</summary>
    public int ContentLength => Index.ContentLength;

    /// <summary>The body: Content-Length bytes, or all that follows the header fields where there is no Content-Length.</summary>
    public ReadOnlySpan<byte> Body => Bytes[Index.BodyStart..Index.BodyEnd];

    /// <summary>One header line, 0…<see cref="HeaderCount"/>−1, in message order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such line.</exception>
    public SipHeader GetHeader(int i)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)i, (uint)HeaderCount, nameof(i));
        ref readonly SipMessageIndex.Entry entry = ref Index[i];
        return new SipHeader(
            entry.Id,
            Bytes.Slice(entry.NameStart, entry.NameLength),
            Bytes[entry.ValueStart..entry.ValueEnd],
            Bytes[entry.NameStart..EndOfLine(entry.ValueEnd)]);
    }

    /// <summary>There is at least one header line of that kind.</summary>
    public bool Has(SipHeaderId id) => Index.Has(id);

    /// <summary>The value of the first header line of that kind; empty if there is none.</summary>
    public ReadOnlySpan<byte> Find(SipHeaderId id)
    {
        int first = Index.First(id);
        if (first < 0) return default;

        ref readonly SipMessageIndex.Entry entry = ref Index[first];
        return Bytes[entry.ValueStart..entry.ValueEnd];
    }

    /// <summary>The first header line of that kind.</summary>
    public bool TryFind(SipHeaderId id, out SipHeader header)
    {
        int first = Index.First(id);
        header = first < 0 ? default : GetHeader(first);
        return first >= 0;
    }

    /// <summary>All values of a header field that is a list, across lines and commas: Via, Route, Record-Route, Contact, Supported…</summary>
    public SipHeaderValues Values(SipHeaderId id) => new(this, id);

    /// <summary>All lines of a header field, for those that are no lists: Authorization and its like.</summary>
    public SipHeaderLines Lines(SipHeaderId id) => new(this, id);

    /// <summary>Whether a list of tokens, such as Require, Proxy-Require or Supported, holds that one. Compares without case.</summary>
    public bool ContainsToken(SipHeaderId id, ReadOnlySpan<byte> token)
    {
        foreach (ReadOnlySpan<byte> value in Values(id))
        {
            if (SipText.EqualsIgnoreCase(value, token)) return true;
        }

        return false;
    }

    /// <summary>A header field that is a lone number, such as RSeq. False if it is absent, no number, or above 2³²−1.</summary>
    public bool TryGetNumber(SipHeaderId id, out uint number) => SipText.TryParseNumber(Find(id), out number);

    /// <summary>What the caller wants hidden. Values that are not known are left out; commas are read like the semicolons they stand for.</summary>
    public SipPrivacy Privacy
    {
        get
        {
            SipPrivacy privacy = SipPrivacy.Unspecified;
            foreach (SipHeader line in Lines(SipHeaderId.Privacy))
            {
                foreach (Range part in line.Value.SplitAny((byte)';', (byte)','))
                {
                    privacy |= SipPrivacyNames.Parse(SipText.Trim(line.Value[part]));
                }
            }

            return privacy;
        }
    }

    /// <summary>The index after the line break that ends a value: behind it stands white space, folds of white space among it.</summary>
    private int EndOfLine(int valueEnd)
    {
        ReadOnlySpan<byte> bytes = Bytes;
        int end = valueEnd;
        do
        {
            while (bytes[end++] != '\n')
            {
            }
        }
        while (end < bytes.Length && bytes[end] is (byte)' ' or (byte)'\t');

        return end;
    }

    /// <summary>False if there is no such header field or it is malformed.</summary>
    internal bool TryGetNameAddr(SipHeaderId id, out SipNameAddr address)
    {
        address = default;
        int first = Index.First(id);
        return first >= 0 && SipNameAddr.TryParse(Bytes, Index[first].ValueStart, Index[first].ValueEnd, out address);
    }

    /// <summary>False if there is no Via or the topmost is malformed.</summary>
    internal bool TryGetTopVia(out SipVia via)
    {
        via = default;
        int first = Index.First(SipHeaderId.Via);
        if (first < 0) return false;
        if (SipVia.TryParseUsual(Bytes, Index[first].ValueStart, Index[first].ValueEnd, out via)) return true;

        SipHeaderValues values = Values(SipHeaderId.Via);
        return values.MoveNext() && SipVia.TryParse(values.Current, out via);
    }

    private SipNameAddr NameAddr(SipHeaderId id)
    {
        TryGetNameAddr(id, out SipNameAddr address);
        return address;
    }
}
