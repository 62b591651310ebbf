using System.Buffers.Binary;
using HotPath.Commands;

namespace HotPath.Billing;

/// <summary>Reads what a <see cref="RecordWriter"/> wrote. A record that ends too early gives zeros, and is told at the end.</summary>
internal ref struct RecordReader(ReadOnlySpan<byte> record)
{
    private ReadOnlySpan<byte> _rest = record;

    /// <summary>The record ended too early, or a field says what it cannot say.</summary>
    public bool IsBad { get; private set; }

    /// <summary>What has not been read.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    public byte Byte() => Take(1) is [byte value] ? value : (byte)0;

    public int UInt16() => Take(2) is { Length: 2 } bytes ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : 0;

    public int Int32() => Take(4) is { Length: 4 } bytes ? BinaryPrimitives.ReadInt32LittleEndian(bytes) : 0;

    public long Int64() => Take(8) is { Length: 8 } bytes ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : 0;

    public DateTimeOffset? Time()
    {
        long ticks = Int64();
        if (ticks < 0 || ticks > DateTimeOffset.MaxValue.UtcTicks)
        {
            IsBad = true;
            return null;
        }

        return ticks == 0 ? null : new DateTimeOffset(ticks, TimeSpan.Zero);
    }

    public ReadOnlySpan<byte> Text() => Take(UInt16());

    public CgrVariables Variables()
    {
        var set = new CgrVariables();
        IsBad |= !set.TryReadRecord(Text());
        return set;
    }

    /// <summary>The last field: whatever is left, copied.</summary>
    public byte[] TakeRest() => Take(_rest.Length).ToArray();

    private ReadOnlySpan<byte> Take(int length)
    {
        if (_rest.Length < length)
        {
            IsBad = true;
            _rest = default;
            return default;
        }

        ReadOnlySpan<byte> taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
