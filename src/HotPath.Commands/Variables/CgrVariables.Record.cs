using System.Buffers.Binary;

namespace HotPath.Commands;

/// <content>A set as bytes, so that it outlives the process that had it.</content>
public sealed partial class CgrVariables
{
    private const int RecordEntryBytes = 1 + 1 + 2;

    /// <summary>The bytes that <see cref="WriteRecord"/> needs now.</summary>
    public int RecordLength
    {
        get
        {
            int length = 1;
            for (int i = 0; i < Count; i++)
            {
                length += RecordEntryBytes + _entries[i].NameLength + ValueOf(_entries[i]).Length;
            }

            return length;
        }
    }

    /// <summary>Writes the names, kinds and values of the set. Allocates nothing.</summary>
    /// <param name="destination">At least <see cref="RecordLength"/> bytes.</param>
    /// <returns>The bytes written.</returns>
    public int WriteRecord(Span<byte> destination)
    {
        destination[0] = (byte)Count;
        int at = 1;
        for (int i = 0; i < Count; i++)
        {
            ReadOnlySpan<byte> name = NameOf(_entries[i]);
            ReadOnlySpan<byte> value = ValueOf(_entries[i]);
            destination[at] = (byte)_entries[i].Kind;
            destination[at + 1] = (byte)name.Length;
            BinaryPrimitives.WriteUInt16LittleEndian(destination[(at + 2)..], (ushort)value.Length);
            name.CopyTo(destination[(at + RecordEntryBytes)..]);
            value.CopyTo(destination[(at + RecordEntryBytes + name.Length)..]);
            at += RecordEntryBytes + name.Length + value.Length;
        }

        return at;
    }

    /// <summary>Makes the set what <see cref="WriteRecord"/> wrote.</summary>
    /// <param name="record">The record, no more and no less.</param>
    /// <returns>False if these bytes are no record of a set; it is empty then.</returns>
    public bool TryReadRecord(ReadOnlySpan<byte> record)
    {
        Clear();
        bool isGood = !record.IsEmpty && record[0] <= MaxCount && TryReadEntries(record[1..], record[0]);
        if (!isGood)
        {
            Clear();
        }

        return isGood;
    }

    private bool TryReadEntries(ReadOnlySpan<byte> rest, int count)
    {
        for (; count > 0; count--)
        {
            if (rest.Length < RecordEntryBytes)
            {
                return false;
            }

            var kind = (Kind)rest[0];
            int nameLength = rest[1];
            int valueLength = BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]);
            rest = rest[RecordEntryBytes..];
            if (rest.Length < nameLength + valueLength || kind > Kind.Raw)
            {
                return false;
            }

            if (!IsKey(rest[..nameLength]) || !IsValue(kind, rest.Slice(nameLength, valueLength))
                || !PutKey(rest[..nameLength], kind, rest.Slice(nameLength, valueLength)).IsOk)
            {
                return false;
            }

            rest = rest[(nameLength + valueLength)..];
        }

        return rest.IsEmpty;
    }

    private static bool IsKey(ReadOnlySpan<byte> key)
    {
        if (key.Length is 0 or > MaxNameLength)
        {
            return false;
        }

        Span<byte> quoted = stackalloc byte[MaxNameLength + 2];
        quoted[0] = quoted[key.Length + 1] = (byte)'"';
        key.CopyTo(quoted[1..]);
        return IsValue(Kind.Text, quoted[..(key.Length + 2)]);
    }

    private static bool IsValue(Kind kind, ReadOnlySpan<byte> json)
    {
        CgrReader reader = new(json, EnclosingDepth);
        reader.SkipValue();
        return reader.Finish().IsOk
            && System.Text.Unicode.Utf8.IsValid(json)
            && kind switch
            {
                Kind.Text => json[0] == (byte)'"' && json[^1] == (byte)'"',
                Kind.Integer => json.Length <= 20 && !json.ContainsAnyExcept("-0123456789"u8),
                Kind.Boolean => json[0] is (byte)'t' or (byte)'f',
                _ => true,
            };
    }
}
