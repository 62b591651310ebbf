using System.Buffers.Binary;
using System.Text;
using HotPath.Commands;

namespace HotPath.Billing;

/// <summary>Writes the fields of a journal record one behind the other; that something did not fit is told at the end.</summary>
internal ref struct RecordWriter(Span<byte> output)
{
    private readonly Span<byte> _output = output;

    /// <summary>The bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>Something did not fit: what was written is no record.</summary>
    public bool HasOverflowed { get; private set; }

    public void Byte(byte value)
    {
        if (TryTake(1, out Span<byte> room))
        {
            room[0] = value;
        }
    }

    public void UInt16(int value)
    {
        if (TryTake(2, out Span<byte> room))
        {
            BinaryPrimitives.WriteUInt16LittleEndian(room, (ushort)value);
        }
    }

    public void Int32(int value)
    {
        if (TryTake(4, out Span<byte> room))
        {
            BinaryPrimitives.WriteInt32LittleEndian(room, value);
        }
    }

    public void Int64(long value)
    {
        if (TryTake(8, out Span<byte> room))
        {
            BinaryPrimitives.WriteInt64LittleEndian(room, value);
        }
    }

    /// <summary>A moment, or none.</summary>
    public void Time(DateTimeOffset? value) => Int64(value?.UtcTicks ?? 0);

    /// <summary>A text behind its 16-bit length, as UTF-8.</summary>
    public void Text(CgrText value)
    {
        if (!value.IsUtf16)
        {
            if (TryTakeText(value.Utf8.Length, out Span<byte> utf8))
            {
                value.Utf8.CopyTo(utf8);
            }
        }
        else if (TryTakeText(Encoding.UTF8.GetByteCount(value.Utf16), out Span<byte> room))
        {
            Encoding.UTF8.GetBytes(value.Utf16, room);
        }
    }

    /// <summary>A set behind its 16-bit length.</summary>
    public void Variables(CgrVariables set)
    {
        if (TryTakeText(set.RecordLength, out Span<byte> room))
        {
            set.WriteRecord(room);
        }
    }

    /// <summary>The last field, which takes what is left of the record: as much of the room as the owner wants.</summary>
    public void OwnerState(ISessionOwner owner, ChargingSession session)
    {
        if (!HasOverflowed)
        {
            Length += owner.WriteState(session, _output[Length..]);
        }
    }

    private bool TryTakeText(int length, out Span<byte> room)
    {
        HasOverflowed |= length > ushort.MaxValue;
        UInt16(length);
        return TryTake(length, out room);
    }

    private bool TryTake(int length, out Span<byte> room)
    {
        HasOverflowed |= _output.Length - Length < length;
        room = HasOverflowed ? default : _output.Slice(Length, length);
        Length += room.Length;
        return !HasOverflowed;
    }
}
