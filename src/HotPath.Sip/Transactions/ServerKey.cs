using System.Buffers.Binary;

namespace HotPath.Sip;

/// <summary>What tells a new request from a repeated one (RFC 3261 §17.2.3). An ACK or CANCEL has the key of its INVITE.</summary>
internal readonly ref struct ServerKey : IProbe<ServerTransaction>
{
    /// <summary>No key is longer: its parts are disjoint parts of the message, and a few bytes around them.</summary>
    public const int MaxLength = 65_536 + 64;

    private ServerKey(ReadOnlySpan<byte> bytes, ulong keyHash)
    {
        Bytes = bytes;
        KeyHash = keyHash;
    }

    public ReadOnlySpan<byte> Bytes { get; }

    public ulong KeyHash { get; }

    private static ReadOnlySpan<byte> MagicCookie => "z9hG4bK"u8;

    /// <summary>The key of a request whose topmost Via is <paramref name="via"/>, written into a buffer of <see cref="MaxLength"/>.</summary>
    public static ServerKey Of(in SipMessage request, in SipVia via, Span<byte> buffer, ulong seed)
    {
        var key = new Writer(buffer);
        key.Add(request.Method is SipMethod.Ack or SipMethod.Cancel ? "INVITE"u8 : request.MethodText);
        if (via.Branch.StartsWith(MagicCookie))
        {
            // The client makes the branch unique; sent-by keeps clients apart.
            key.Add(via.Branch);
            key.Add(via.Host);
            key.Add((uint)via.Port);
        }
        else
        {
            // RFC 2543. The To tag is left out: an ACK carries the one of the response, and within a From tag and Call-ID the CSeq
            // number already names one request.
            SipHeaderValues vias = request.Values(SipHeaderId.Via);
            vias.MoveNext();
            key.Add(vias.Current);
            key.Add(request.RequestUri);
            key.Add(request.FromTag);
            key.Add(request.CallId);
            key.Add(request.CSeqNumber);
        }

        return new ServerKey(key.Written, HotPath.Sip.KeyHash.Compute(key.Written, seed));
    }

    public bool Matches(ServerTransaction entry) => entry.Key.SequenceEqual(Bytes);

    private ref struct Writer(Span<byte> buffer)
    {
        private readonly Span<byte> _buffer = buffer;
        private int _length;

        public readonly ReadOnlySpan<byte> Written => _buffer[.._length];

        public void Add(ReadOnlySpan<byte> part)
        {
            part.CopyTo(_buffer[_length..]);
            _length += part.Length;

            // Keeps parts apart: none holds a line break but within a fold, and there white space follows.
            _buffer[_length++] = (byte)'\n';
        }

        public void Add(uint number)
        {
            BinaryPrimitives.WriteUInt32BigEndian(_buffer[_length..], number);
            _length += sizeof(uint);
        }
    }
}
