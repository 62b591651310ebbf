using System.Buffers;

namespace HotPath.Sip;

/// <summary>
/// Cuts a byte stream (TCP, TLS) into messages by their Content-Length (RFC 3261 §18.3) and parses them. A message that lies whole in one
/// segment is handed out where it lies; one that the network cut is gathered in pooled memory, which is held only until the message after
/// it is read. Every byte is looked at once, however the stream is cut. One per connection; not thread-safe; allocates nothing in steady
/// state; no bytes make it throw.
/// </summary>
/// <param name="limits">What to accept at most; <see cref="SipLimits.Default"/> if null.</param>
/// <example>
/// Over a <c>PipeReader</c>:
/// <code>
/// ReadResult received = await pipe.ReadAsync();
/// ReadOnlySequence&lt;byte&gt; input = received.Buffer;
/// SipStreamStatus status;
/// while ((status = reader.Read(ref input, index, out SipMessage message)) is SipStreamStatus.Message or SipStreamStatus.Ping) { … }
/// pipe.AdvanceTo(input.Start);
/// </code>
/// </example>
public sealed class SipStreamReader(SipLimits? limits = null) : IDisposable
{
    private const int InitialCapacity = 4096;

    private readonly SipLimits _limits = limits ?? SipLimits.Default;
    private byte[]? _gathered;
    private int _gatheredLength;

    // 0 while the empty line that ends it has not arrived.
    private int _headLength;

    // 0 while the head has not arrived.
    private int _messageLength;
    private bool _isHandedOut;
    private bool _isBroken;
    private int _pingLength;

    /// <summary>What the parser says of the last message, or why the stream is broken. Offsets count from the start of the message.</summary>
    public SipParseResult Result { get; private set; }

    /// <summary>A message has begun and not ended: a stream that ends now is cut short.</summary>
    public bool IsInMessage => _gatheredLength > 0 && !_isHandedOut;

    private static ReadOnlySpan<byte> Ping => "\r\n\r\n"u8;

    /// <summary>Takes the next message or keep-alive off the front of what has arrived. Single line breaks between messages are skipped.</summary>
    /// <param name="input">What has arrived and was not taken yet; what this call takes is cut off, with
    /// <see cref="SipStreamStatus.NeedMore"/> everything.</param>
    /// <param name="index">Filled in with the message's index.</param>
    /// <param name="message">The message; good until the next call, and as long as <paramref name="input"/> and
    /// <paramref name="index"/> are.</param>
    public SipStreamStatus Read(scoped ref ReadOnlySequence<byte> input, SipMessageIndex index, out SipMessage message)
    {
        index.Reset();
        message = new SipMessage(default, index);
        if (_isBroken) return SipStreamStatus.Broken;
        if (_isHandedOut) Release();

        while (!input.IsEmpty)
        {
            SipStreamStatus status = ReadSegment(input.FirstSpan, index, out int taken, out message);
            input = input.Slice(taken);
            if (status != SipStreamStatus.NeedMore) return status;
        }

        return SipStreamStatus.NeedMore;
    }

    /// <summary>Forgets everything and gives the memory back; what is read then is a new stream.</summary>
    public void Dispose()
    {
        Release();
        _isBroken = false;
        _pingLength = 0;
        Result = default;
    }

    private SipStreamStatus ReadSegment(ReadOnlySpan<byte> segment, SipMessageIndex index, out int taken, out SipMessage message)
    {
        message = new SipMessage(default, index);
        taken = 0;
        if (_gatheredLength == 0 && SkipLineBreaks(segment, out taken)) return SipStreamStatus.Ping;
        if (taken == segment.Length) return SipStreamStatus.NeedMore;

        int before = _gatheredLength;
        ReadOnlySpan<byte> bytes = before == 0 ? Cap(segment[taken..], _limits.MaxMessageLength) : Gather(segment);
        if (_headLength == 0) _headLength = FindEndOfHead(bytes, before);
        if (_headLength > 0 && (_messageLength == 0 || _messageLength <= bytes.Length))
        {
            ReadOnlySpan<byte> head = bytes[.._headLength];
            if (!TryReadHead(head, index))
            {
                message = new SipMessage(head, index);
                _isBroken = true;
                return SipStreamStatus.Broken;
            }

            if (_messageLength <= bytes.Length)
            {
                taken += _messageLength - before;
                message = Finish(bytes[.._messageLength], index);
                return SipStreamStatus.Message;
            }
        }
        else if (_headLength == 0 && bytes.Length >= _limits.MaxMessageLength)
        {
            Result = new SipParseResult(SipParseError.TooLarge, _limits.MaxMessageLength);
            _isBroken = true;
            return SipStreamStatus.Broken;
        }

        if (before == 0) bytes = Gather(bytes);

        taken += bytes.Length - before;
        return SipStreamStatus.NeedMore;
    }

    /// <summary>Takes line breaks off the front; stops behind a double CRLF and says so.</summary>
    private bool SkipLineBreaks(ReadOnlySpan<byte> segment, out int taken)
    {
        for (taken = 0; taken < segment.Length && segment[taken] is (byte)'\r' or (byte)'\n'; taken++)
        {
            if (segment[taken] != Ping[_pingLength]) _pingLength = 0;
            if (segment[taken] == Ping[_pingLength] && ++_pingLength == Ping.Length)
            {
                taken++;
                _pingLength = 0;
                return true;
            }
        }

        if (taken < segment.Length) _pingLength = 0;
        return false;
    }

    /// <summary>
    /// Indexes the head and learns from it how long the message is. False if it does not say: then <see cref="Result"/> is why.
    /// </summary>
    private bool TryReadHead(ReadOnlySpan<byte> head, SipMessageIndex index)
    {
        Result = SipParser.Index(head, index, _limits);
        if (!index.IsIndexed) return false;

        SipParseError error = SipParseError.None;
        int first = index.First(SipHeaderId.ContentLength);
        uint bodyLength = 0;
        if (first < 0) error = SipParseError.NoContentLength;
        else if (index.Next(first, SipHeaderId.ContentLength) >= 0) error = SipParseError.DuplicateHeader;
        else if (!SipText.TryParseNumber(new SipMessage(head, index).Find(SipHeaderId.ContentLength), out bodyLength)) error = SipParseError.ContentLength;
        else if (bodyLength > (uint)(_limits.MaxMessageLength - head.Length)) error = SipParseError.TooLarge;

        if (error != SipParseError.None)
        {
            Result = new SipParseResult(error, first < 0 ? head.Length : index[first].ValueStart);
            return false;
        }

        _messageLength = head.Length + (int)bodyLength;
        return true;
    }

    private SipMessage Finish(ReadOnlySpan<byte> bytes, SipMessageIndex index)
    {
        index.SetBody(_headLength, bytes.Length);
        SipParseResult check = SipParser.Check(bytes, index);
        if (Result.IsOk) Result = check;

        _headLength = 0;
        _messageLength = 0;
        _isHandedOut = true;
        return new SipMessage(bytes, index);
    }

    /// <summary>The length of the head, its empty line included, or 0 if that has not arrived. A bare line feed ends a line as CRLF does.</summary>
    /// <param name="bytes">The message so far.</param>
    /// <param name="searched">How many of them were searched before.</param>
    private static int FindEndOfHead(ReadOnlySpan<byte> bytes, int searched)
    {
        int next = Math.Max(searched - 2, 0);
        while (bytes[next..].IndexOf((byte)'\n') is var lineFeed and >= 0)
        {
            next += lineFeed + 1;
            ReadOnlySpan<byte> rest = bytes[next..];
            if (rest is [(byte)'\n', ..]) return next + 1;
            if (rest is [(byte)'\r', (byte)'\n', ..]) return next + 2;
        }

        return 0;
    }

    /// <summary>Adds as much as the message may hold, and returns all that was gathered.</summary>
    private ReadOnlySpan<byte> Gather(ReadOnlySpan<byte> segment)
    {
        int most = _messageLength > 0 ? _messageLength : _limits.MaxMessageLength;
        segment = Cap(segment, most - _gatheredLength);
        int length = _gatheredLength + segment.Length;
        if (_gathered is null || _gathered.Length < length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(InitialCapacity, Math.Max(length, _gatheredLength * 2)));
            if (_gathered is not null)
            {
                _gathered.AsSpan(0, _gatheredLength).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(_gathered);
            }

            _gathered = larger;
        }

        segment.CopyTo(_gathered.AsSpan(_gatheredLength));
        _gatheredLength = length;
        return _gathered.AsSpan(0, length);
    }

    private void Release()
    {
        if (_gathered is not null) ArrayPool<byte>.Shared.Return(_gathered);

        _gathered = null;
        _gatheredLength = 0;
        _headLength = 0;
        _messageLength = 0;
        _isHandedOut = false;
    }

    private static ReadOnlySpan<byte> Cap(ReadOnlySpan<byte> bytes, int most) => bytes.Length <= most ? bytes : bytes[..most];
}
