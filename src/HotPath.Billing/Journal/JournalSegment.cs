using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace HotPath.Billing;

/// <summary>
/// The bytes of a segment, all numbers little-endian. Header: magic, epoch of the owner, the sequence number its first record has, and
/// a checksum. A record: length, checksum, sequence number, payload, padded to eight bytes; a length of zero ends the segment.
/// Checksums are CRC-32C, begun with the epoch, so that an earlier owner's bytes never pass for this one's.
/// </summary>
internal static class JournalSegment
{
    public const int HeaderBytes = 32;
    public const int FrameBytes = 16;

    /// <summary>The longest payload; a longer length field is damage.</summary>
    public const int MaxPayloadBytes = 64 * 1024;

    private const string Suffix = ".journal";

    private static ReadOnlySpan<byte> Magic => "HPJRNL01"u8;

    /// <summary>The name of a segment; names sort as numbers do.</summary>
    public static string NameOf(long number) => number.ToString("D12", CultureInfo.InvariantCulture) + Suffix;

    public static bool TryParseName(string name, out long number)
    {
        number = 0;
        return name.EndsWith(Suffix, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(0, name.Length - Suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    public static void WriteHeader(Span<byte> header, long epoch, long firstSequence)
    {
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt64LittleEndian(header[8..], epoch);
        BinaryPrimitives.WriteInt64LittleEndian(header[16..], firstSequence);
        BinaryPrimitives.WriteUInt32LittleEndian(header[24..], Checksum(0, header[..24]));
        header[28..HeaderBytes].Clear();
    }

    public static bool TryReadHeader(ReadOnlySpan<byte> segment, out long epoch, out long firstSequence)
    {
        epoch = firstSequence = 0;
        if (segment.Length < HeaderBytes || !segment.StartsWith(Magic) || BinaryPrimitives.ReadUInt32LittleEndian(segment[24..]) != Checksum(0, segment[..24]))
        {
            return false;
        }

        epoch = BinaryPrimitives.ReadInt64LittleEndian(segment[8..]);
        firstSequence = BinaryPrimitives.ReadInt64LittleEndian(segment[16..]);
        return true;
    }

    /// <summary>The bytes that a record with such a payload takes.</summary>
    public static int SizeOf(int payloadBytes) => (FrameBytes + payloadBytes + 7) & ~7;

    public static void WriteRecord(Span<byte> output, long epoch, long sequence, ReadOnlySpan<byte> payload)
    {
        BinaryPrimitives.WriteInt32LittleEndian(output, payload.Length);
        BinaryPrimitives.WriteInt64LittleEndian(output[8..], sequence);
        payload.CopyTo(output[FrameBytes..]);
        output[(FrameBytes + payload.Length)..SizeOf(payload.Length)].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(output[4..], Checksum((uint)epoch, output.Slice(8, 8 + payload.Length)));
    }

    /// <summary>Reads the record at the start of <paramref name="bytes"/>.</summary>
    /// <returns><c>false</c>: no whole record begins here.</returns>
    public static bool TryReadRecord(ReadOnlySpan<byte> bytes, long epoch, out long sequence, out ReadOnlySpan<byte> payload)
    {
        sequence = 0;
        payload = default;
        if (bytes.Length < FrameBytes)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (length is <= 0 or > MaxPayloadBytes || bytes.Length < FrameBytes + length
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) != Checksum((uint)epoch, bytes.Slice(8, 8 + length)))
        {
            return false;
        }

        sequence = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
        payload = bytes.Slice(FrameBytes, length);
        return true;
    }

    private static uint Checksum(uint seed, ReadOnlySpan<byte> bytes)
    {
        uint crc = ~seed;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words)
        {
            crc = BitOperations.Crc32C(crc, word);
        }

        foreach (byte value in bytes[(words.Length * sizeof(ulong))..])
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }
}
