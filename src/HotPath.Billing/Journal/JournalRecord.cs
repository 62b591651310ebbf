using System.Buffers.Binary;

namespace HotPath.Billing;

/// <summary>What a journal record says.</summary>
public enum JournalRecordKind : byte
{
    /// <summary>The call was answered; Initiate follows.</summary>
    Answered = 1,

    /// <summary>The call ended; BYE, Terminate and CDR follow.</summary>
    Ended = 2,

    /// <summary>Terminate and CDR are acknowledged.</summary>
    Closed = 3,

    /// <summary>The session was parked.</summary>
    Unresolved = 4,
}

/// <summary>
/// The bytes of a journal record: kind, answer time and usage (little-endian), then OriginID, account and destination, each behind its
/// 16-bit length.
/// </summary>
public static class JournalRecord
{
    private const int FixedBytes = 1 + 8 + 8;

    /// <summary>The size that <see cref="Write"/> needs.</summary>
    public static int GetSize(ChargingSession session) =>
        FixedBytes + 6 + session.OriginId.Length + session.Account.Length + session.Destination.Length;

    /// <summary>Writes a record about <paramref name="session"/> as it stands now.</summary>
    /// <returns>The bytes written.</returns>
    public static int Write(Span<byte> output, JournalRecordKind kind, ChargingSession session)
    {
        output[0] = (byte)kind;
        BinaryPrimitives.WriteInt64LittleEndian(output[1..], session.AnswerTime?.ToUnixTimeMilliseconds() ?? 0);
        BinaryPrimitives.WriteInt64LittleEndian(output[9..], kind == JournalRecordKind.Answered ? 0 : session.BilledUsage.Nanoseconds);
        int at = FixedBytes;
        at += WriteText(output[at..], session.OriginId);
        at += WriteText(output[at..], session.Account);
        at += WriteText(output[at..], session.Destination);
        return at;
    }

    /// <summary>Reads the kind and the OriginID of a record.</summary>
    /// <returns><c>false</c> if the bytes are no record.</returns>
    public static bool TryRead(ReadOnlySpan<byte> record, out JournalRecordKind kind, out ReadOnlySpan<byte> originId)
    {
        kind = default;
        originId = default;
        if (record.Length < FixedBytes + 2 || record[0] is < (byte)JournalRecordKind.Answered or > (byte)JournalRecordKind.Unresolved)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16LittleEndian(record[FixedBytes..]);
        if (record.Length < FixedBytes + 2 + length)
        {
            return false;
        }

        kind = (JournalRecordKind)record[0];
        originId = record.Slice(FixedBytes + 2, length);
        return true;
    }

    private static int WriteText(Span<byte> output, ReadOnlySpan<byte> text)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(output, checked((ushort)text.Length));
        text.CopyTo(output[2..]);
        return 2 + text.Length;
    }
}
