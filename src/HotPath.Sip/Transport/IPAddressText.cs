using System.Buffers.Text;

namespace HotPath.Sip;

/// <summary>
/// Between the text of an IP address and the 128 bits <see cref="SipEndpoint"/> holds (IPv4 mapped into IPv6). Allocates nothing.
/// </summary>
public static class IPAddressText
{
    /// <summary>The longest text <see cref="TryFormat"/> writes.</summary>
    public const int MaxLength = 39;

    private const int Groups = 8;

    /// <summary>
    /// Reads a dotted IPv4 address, or an IPv6 address with or without brackets (RFC 4291 §2.2). False for anything else: a host name,
    /// a zone, a number out of range.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out UInt128 address)
    {
        if (text is [(byte)'[', .., (byte)']']) return TryParseV6(text[1..^1], out address);
        if (text.IndexOf((byte)':') >= 0) return TryParseV6(text, out address);

        bool parsed = TryParseV4(text, out uint v4);
        address = parsed ? MapV4(v4) : default;
        return parsed;
    }

    /// <summary>
    /// Writes an IPv4 address dotted and an IPv6 address as RFC 5952 has it, without brackets. False if it does not fit.
    /// </summary>
    public static bool TryFormat(UInt128 address, Span<byte> destination, out int written)
    {
        SipWriter writer = new(destination);
        if ((address >> 32) == 0xFFFF) AppendV4(ref writer, (uint)address);
        else AppendV6(ref writer, address);

        written = writer.Written.Length;
        return !writer.Overflowed;
    }

    private static UInt128 MapV4(uint v4) => ((UInt128)0xFFFF << 32) | v4;

    private static bool TryParseV4(ReadOnlySpan<byte> text, out uint address)
    {
        address = 0;
        for (int part = 0; part < 4; part++)
        {
            int dot = text.IndexOf((byte)'.');
            ReadOnlySpan<byte> digits = dot < 0 ? text : text[..dot];
            bool isLast = part == 3;
            if (isLast != dot < 0 || digits.Length > 3) return false;
            if (!SipText.TryParseNumber(digits, out uint octet) || octet > 255) return false;

            address = (address << 8) | octet;
            text = isLast ? default : text[(dot + 1)..];
        }

        return true;
    }

    private static bool TryParseV6(ReadOnlySpan<byte> text, out UInt128 address)
    {
        address = default;
        UInt128 beforeGap = 0;
        UInt128 bits = 0;
        int groups = 0;
        int groupsBeforeGap = -1;
        if (text.StartsWith("::"u8))
        {
            groupsBeforeGap = 0;
            text = text[2..];
        }

        while (!text.IsEmpty)
        {
            int colon = text.IndexOf((byte)':');
            ReadOnlySpan<byte> group = colon < 0 ? text : text[..colon];
            if (colon < 0 && group.IndexOf((byte)'.') >= 0)
            {
                if (groups > Groups - 2 || !TryParseV4(group, out uint v4)) return false;

                bits = (bits << 32) | v4;
                groups += 2;
                break;
            }

            if (groups == Groups || group.Length > 4) return false;
            if (!Utf8Parser.TryParse(group, out ushort number, out int consumed, 'x') || consumed != group.Length) return false;

            bits = (bits << 16) | number;
            groups++;
            if (colon < 0) break;

            text = text[(colon + 1)..];
            if (text.IsEmpty) return false;

            if (text[0] == ':')
            {
                if (groupsBeforeGap >= 0) return false;

                groupsBeforeGap = groups;
                beforeGap = bits;
                bits = 0;
                text = text[1..];
            }
        }

        if (groupsBeforeGap < 0)
        {
            address = bits;
            return groups == Groups;
        }

        if (groups >= Groups) return false;

        // Shifting 128 bits by 128 is no shift at all, so an empty front is left out.
        address = groupsBeforeGap == 0 ? bits : (beforeGap << (16 * (Groups - groupsBeforeGap))) | bits;
        return true;
    }

    private static void AppendV4(ref SipWriter writer, uint address)
    {
        writer.AppendNumber(address >> 24);
        writer.Append((byte)'.');
        writer.AppendNumber((address >> 16) & 0xFF);
        writer.Append((byte)'.');
        writer.AppendNumber((address >> 8) & 0xFF);
        writer.Append((byte)'.');
        writer.AppendNumber(address & 0xFF);
    }

    private static void AppendV6(ref SipWriter writer, UInt128 address)
    {
        // RFC 5952: the longest run of two or more zero groups, the first of equals, becomes "::".
        int gap = -1;
        int gapLength = 1;
        for (int i = 0; i < Groups; i++)
        {
            int length = 0;
            while (i + length < Groups && Group(address, i + length) == 0)
            {
                length++;
            }

            if (length > gapLength) (gap, gapLength) = (i, length);

            i += length;
        }

        Span<byte> hex = stackalloc byte[4];
        for (int i = 0; i < Groups; i++)
        {
            if (i == gap)
            {
                writer.Append("::"u8);
                i += gapLength - 1;
                continue;
            }

            if (i > 0 && i != gap + gapLength) writer.Append((byte)':');

            Utf8Formatter.TryFormat(Group(address, i), hex, out int written, 'x');
            writer.Append(hex[..written]);
        }
    }

    private static ushort Group(UInt128 address, int index) => (ushort)(address >> (16 * (Groups - 1 - index)));
}
