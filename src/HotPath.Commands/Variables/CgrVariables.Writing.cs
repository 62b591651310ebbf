using System.Buffers;
using System.Text.Json;

namespace HotPath.Commands;

/// <summary>Both writers; what they are given is a bit for each value that stays out (<see cref="MaskOf"/>).</summary>
public sealed partial class CgrVariables
{
    /// <summary>The rules of <see cref="CgrEncoder"/> hold.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="at">The position to begin at.</param>
    /// <param name="hidden">Values that stay out.</param>
    /// <param name="areFlags">Numbers are written as booleans.</param>
    internal int EncodeTo(Span<byte> output, int at, ulong hidden, bool areFlags)
    {
        if (hidden == 0 && !areFlags)
        {
            return CgrEncoder.Raw(output, at, _json.AsSpan(0, _length));
        }

        for (int i = 0; i < Count; i++)
        {
            ref readonly Entry entry = ref _entries[i];
            if ((hidden & (1UL << i)) != 0)
            {
                continue;
            }

            ReadOnlySpan<byte> json = _json.AsSpan(entry.Start, entry.Length);
            if (areFlags && entry.Kind == Kind.Integer)
            {
                at = CgrEncoder.Raw(output, at, json[..(entry.NameLength + 3)]);
                json = IsTrue(entry) ? "true,"u8 : "false,"u8;
            }

            at = CgrEncoder.Raw(output, at, json);
        }

        return at;
    }

    internal void WriteTo(Utf8JsonWriter writer, ulong hidden, bool areFlags)
    {
        Span<byte> plainName = stackalloc byte[MaxNameLength];
        for (int i = 0; i < Count; i++)
        {
            ref readonly Entry entry = ref _entries[i];
            if ((hidden & (1UL << i)) != 0)
            {
                continue;
            }

            JsonEscapes.TryUnescape(NameOf(entry), plainName, out int length);
            writer.WritePropertyName(plainName[..length]);
            if (entry.Kind == Kind.Text)
            {
                WriteText(writer, ValueOf(entry)[1..^1]);
            }
            else if (areFlags && entry.Kind == Kind.Integer)
            {
                writer.WriteBooleanValue(IsTrue(entry));
            }
            else
            {
                writer.WriteRawValue(ValueOf(entry), skipInputValidation: true);
            }
        }
    }

    private static void WriteText(Utf8JsonWriter writer, ReadOnlySpan<byte> escaped)
    {
        byte[]? rented = null;
        Span<byte> plain = escaped.Length <= StackLength ? stackalloc byte[StackLength] : rented = ArrayPool<byte>.Shared.Rent(escaped.Length);
        JsonEscapes.TryUnescape(escaped, plain, out int length);
        writer.WriteStringValue(plain[..length]);
        GiveBack(rented);
    }

    private bool IsTrue(in Entry entry) => !ValueOf(entry).SequenceEqual("0"u8);
}
