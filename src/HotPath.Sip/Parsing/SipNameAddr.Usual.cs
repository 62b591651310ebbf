using System.Buffers.Binary;
using System.Numerics;

namespace HotPath.Sip;

public readonly ref partial struct SipNameAddr
{
    private const uint SipScheme = 's' | ('i' << 8) | ('p' << 16) | (':' << 24);
    private const uint TagIs = 't' | ('a' << 8) | ('g' << 16) | ('=' << 24);
    private const uint LowerCase = 0x2020_2020;

    /// <summary>Takes apart the value at a place of a message; the usual form in one step, any other as <see cref="TryParse(ReadOnlySpan{byte}, out SipNameAddr)"/> does.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> message, int start, int end, out SipNameAddr address) =>
        TryParseUsual(message, start, end, out address) || TryParse(message[start..end], out address);

    /// <summary>
    /// The form nearly every message has: <c>[display] &lt;sip:…&gt;[;params]</c> in at most 64 bytes, without escapes in the display name
    /// and without white space among the parameters. False says nothing about the value but that it is not of this form.
    /// </summary>
    internal static bool TryParseUsual(ReadOnlySpan<byte> message, int start, int end, out SipNameAddr address)
    {
        address = default;
        if (!TextBlock.TryLoad(message, start, end - start, out TextBlock text)) return false;

        ulong open = text.Where((byte)'<');
        ulong close = text.Where((byte)'>');
        if (!BitOperations.IsPow2(open) || !BitOperations.IsPow2(close) || open >= close) return false;

        ReadOnlySpan<byte> value = message[start..end];
        int openAt = BitOperations.TrailingZeroCount(open);
        int closeAt = BitOperations.TrailingZeroCount(close);
        ReadOnlySpan<byte> uri = value[(openAt + 1)..closeAt];
        ulong inUri = (close - 1) & ~(open | (open - 1));
        ulong quotes = text.Where((byte)'"');
        if (((text.WhereBlankOrControl() | quotes) & inUri) != 0 || uri.Length <= 4) return false;
        if ((BinaryPrimitives.ReadUInt32LittleEndian(uri) | LowerCase) != SipScheme && !SipUri.HasScheme(uri)) return false;
        if (!text.HasUsualParameters(closeAt + 1, out ulong semicolons, out _)) return false;

        ReadOnlySpan<byte> display = default;
        if (openAt > 0 && !TryReadDisplay(value[..openAt], text, quotes & (open - 1), open - 1, out display)) return false;

        ReadOnlySpan<byte> tag = default;
        while (semicolons != 0 && tag.IsEmpty)
        {
            int name = BitOperations.TrailingZeroCount(semicolons) + 1;
            semicolons &= semicolons - 1;
            int next = semicolons == 0 ? value.Length : BitOperations.TrailingZeroCount(semicolons);
            if (next - name > 4 && (BinaryPrimitives.ReadUInt32LittleEndian(value[name..]) | LowerCase) == TagIs) tag = value[(name + 4)..next];
        }

        address = new SipNameAddr { DisplayName = display, Uri = uri, Parameters = value[(closeAt + 1)..], Tag = tag };
        return true;
    }

    /// <summary>A display name up to the bracket: two quotes with nothing escaped between them and blanks behind, or plain words.</summary>
    private static bool TryReadDisplay(
        ReadOnlySpan<byte> value, scoped in TextBlock text, ulong quotes, ulong inDisplay, out ReadOnlySpan<byte> display)
    {
        if (quotes == 0)
        {
            display = SipText.Trim(value);
            return !display.ContainsAnyExcept(s_displayBytes);
        }

        display = default;
        ulong closing = quotes & (quotes - 1);
        if ((quotes & 1) == 0 || !BitOperations.IsPow2(closing) || (text.Where((byte)'\\') & inDisplay) != 0) return false;

        ulong behind = inDisplay & ~(closing | (closing - 1));
        display = value[..(BitOperations.TrailingZeroCount(closing) + 1)];
        return (behind & ~text.Where((byte)' ')) == 0;
    }
}
