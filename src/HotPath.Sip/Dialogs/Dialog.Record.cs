using System.Buffers.Binary;

namespace HotPath.Sip;

/// <content>A dialog as bytes, so that it outlives the process that had it.</content>
public sealed partial class Dialog
{
    private const byte RecordVersion = 3;
    private const int SideBytes = 4 + (2 * EndpointBytes) + 4 + 1 + 8;
    private const int EndpointBytes = 1 + 16 + 2;
    private const int ExpiryBytes = 8;
    private const int FixedBytes = 2 + 4 + (2 * SideBytes) + (2 * (int)Part.CallerNextTarget);

    /// <summary>The bytes that <see cref="TryWriteRecord"/> needs now: 144 and what the dialog remembers of the messages.</summary>
    public int RecordLength => FixedBytes + OffsetOf(Part.CallerNextTarget) + ExpiryBytes;

    /// <summary>
    /// Writes all that is needed to go on with the dialog after a restart: identifiers, targets, route sets, CSeq numbers, the ways
    /// packets travel, listeners as their indexes, and <see cref="SessionExpiry"/>. A refresh under way is left out: it has not changed anything yet. Allocates nothing.
    /// </summary>
    /// <param name="destination">Where to write.</param>
    /// <param name="written"><see cref="RecordLength"/>.</param>
    /// <returns>False if it does not fit.</returns>
    public bool TryWriteRecord(Span<byte> destination, out int written)
    {
        written = 0;
        if (destination.Length < RecordLength)
        {
            return false;
        }

        destination[0] = RecordVersion;
        destination[1] = (byte)State;
        BinaryPrimitives.WriteUInt32LittleEndian(destination[2..], _inviteCSeq);
        Span<byte> rest = WriteSide(_callee, WriteSide(_caller, destination[6..]));
        for (Part part = 0; part < Part.CallerNextTarget; part++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(rest, _lengths[(int)part]);
            rest = rest[2..];
        }

        _bytes.AsSpan(0, OffsetOf(Part.CallerNextTarget)).CopyTo(rest);
        BinaryPrimitives.WriteInt64LittleEndian(rest[OffsetOf(Part.CallerNextTarget)..], SessionExpiry?.UtcTicks ?? 0);
        written = RecordLength;
        return true;
    }

    /// <summary>The Call-ID in what <see cref="TryWriteRecord"/> wrote; empty if these bytes are no such record.</summary>
    public static ReadOnlySpan<byte> GetCallId(ReadOnlySpan<byte> record) =>
        TryGetIdentifiers(record, out ReadOnlySpan<byte> lengths, out ReadOnlySpan<byte> texts)
            ? texts[..BinaryPrimitives.ReadUInt16LittleEndian(lengths)]
            : default;

    /// <summary>Both are what <see cref="TryWriteRecord"/> wrote of one dialog, at whatever time.</summary>
    public static bool AreOfOneDialog(ReadOnlySpan<byte> record, ReadOnlySpan<byte> other) =>
        TryGetIdentifiers(record, out ReadOnlySpan<byte> lengths, out ReadOnlySpan<byte> texts)
        && TryGetIdentifiers(other, out ReadOnlySpan<byte> otherLengths, out ReadOnlySpan<byte> otherTexts)
        && lengths.SequenceEqual(otherLengths) && texts.SequenceEqual(otherTexts);

    /// <summary>Call-ID and tags, the first three parts: their lengths, and the texts one behind the other.</summary>
    private static bool TryGetIdentifiers(ReadOnlySpan<byte> record, out ReadOnlySpan<byte> lengths, out ReadOnlySpan<byte> texts)
    {
        const int LengthsAt = 6 + (2 * SideBytes);
        lengths = texts = default;
        if (record.Length < FixedBytes || record[0] != RecordVersion)
        {
            return false;
        }

        int length = 0;
        lengths = record.Slice(LengthsAt, 2 * (int)Part.CallerAddress);
        for (int part = 0; part < (int)Part.CallerAddress; part++)
        {
            length += BinaryPrimitives.ReadUInt16LittleEndian(lengths[(2 * part)..]);
        }

        bool isWhole = length <= record.Length - FixedBytes;
        texts = isWhole ? record.Slice(FixedBytes, length) : default;
        return isWhole;
    }

    /// <returns>False if these bytes are no whole record; the dialog is then to be returned.</returns>
    internal bool TryReadRecord(ReadOnlySpan<byte> record)
    {
        if (record.Length < FixedBytes || record[0] != RecordVersion
            || (DialogState)record[1] is not (DialogState.Early or DialogState.Confirmed))
        {
            return false;
        }

        State = (DialogState)record[1];
        _inviteCSeq = BinaryPrimitives.ReadUInt32LittleEndian(record[2..]);
        if (!TryReadSide(record.Slice(6, SideBytes), out _caller) || !TryReadSide(record.Slice(6 + SideBytes, SideBytes), out _callee))
        {
            return false;
        }

        _lengths = default;
        int length = 0;
        for (int part = 0; part < (int)Part.CallerNextTarget; part++)
        {
            _lengths[part] = BinaryPrimitives.ReadUInt16LittleEndian(record[(6 + (2 * SideBytes) + (2 * part))..]);
            length += _lengths[part];
        }

        if (record.Length != FixedBytes + length + ExpiryBytes || length > SipBufferPool.MaxLength
            || BinaryPrimitives.ReadInt64LittleEndian(record[(FixedBytes + length)..]) is var expiry && (expiry < 0 || expiry > DateTimeOffset.MaxValue.UtcTicks))
        {
            return false;
        }

        SessionExpiry = expiry == 0 ? null : new DateTimeOffset(expiry, TimeSpan.Zero);
        _recordRoutesUpToUs = 0;
        _buffers.Keep(ref _bytes, record.Slice(FixedBytes, length));
        return true;
    }

    internal void SetKeyHash(ulong keyHash) => _keyHash = keyHash;

    private static Span<byte> WriteSide(in Side side, Span<byte> destination)
    {
        BinaryPrimitives.WriteInt32LittleEndian(destination, side.Leg.Listener);
        WriteEndpoint(side.Leg.Endpoint, destination[4..]);
        WriteEndpoint(side.Leg.SentBy, destination[23..]);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[42..], side.HighestCSeq);
        destination[46] = side.HasSent ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt64LittleEndian(destination[47..], side.RefreshCSeq);
        return destination[SideBytes..];
    }

    private static bool TryReadSide(ReadOnlySpan<byte> record, out Side side)
    {
        bool isEndpoint = TryReadEndpoint(record[4..], out SipEndpoint endpoint) & TryReadEndpoint(record[23..], out SipEndpoint sentBy);
        side = new Side
        {
            Leg = new DialogLeg(BinaryPrimitives.ReadInt32LittleEndian(record), endpoint, sentBy),
            HighestCSeq = BinaryPrimitives.ReadUInt32LittleEndian(record[42..]),
            HasSent = record[46] != 0,
            RefreshCSeq = BinaryPrimitives.ReadInt64LittleEndian(record[47..]),
        };
        return isEndpoint;
    }

    private static void WriteEndpoint(in SipEndpoint endpoint, Span<byte> destination)
    {
        destination[0] = (byte)endpoint.Transport;
        BinaryPrimitives.WriteUInt128BigEndian(destination[1..], endpoint.AddressBits);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[17..], endpoint.Port);
    }

    private static bool TryReadEndpoint(ReadOnlySpan<byte> record, out SipEndpoint endpoint)
    {
        var transport = (SipTransportKind)record[0];
        endpoint = new SipEndpoint(
            transport, BinaryPrimitives.ReadUInt128BigEndian(record[1..]), BinaryPrimitives.ReadUInt16LittleEndian(record[17..]));
        return transport <= SipTransportKind.Tls;
    }
}
