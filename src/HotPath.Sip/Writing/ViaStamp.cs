namespace HotPath.Sip;

/// <summary>
/// Notes in a request's topmost Via where the request really came from, so that responses find back through address translators
/// (RFC 3261 §18.2.1, RFC 3581 §4). A <c>received</c> or <c>rport</c> value the sender put there itself is not believed.
/// </summary>
internal static class ViaStamp
{
    /// <summary>Writes the header line with its first value stamped. A value that is no Via is copied as it is.</summary>
    public static void AppendLine(ref SipWriter writer, in SipHeader header, in SipEndpoint source)
    {
        ReadOnlySpan<byte> rest = header.Value;
        if (!SipHeaderValues.TryTakeFirst(ref rest, out ReadOnlySpan<byte> first) || !SipVia.TryParse(first, out SipVia via)
            || !NeedsStamp(via, source))
        {
            writer.Append(header.Line);
            return;
        }

        writer.Append(header.Name);
        writer.Append(": "u8);
        AppendValue(ref writer, first, via, source);
        if (!rest.IsEmpty)
        {
            writer.Append(","u8);
            writer.Append(rest);
        }

        writer.AppendLineBreak();
    }

    private static bool NeedsStamp(in SipVia via, in SipEndpoint source)
    {
        bool saysSource = IPAddressText.TryParse(via.Host, out UInt128 sentBy) && sentBy == source.AddressBits;
        return !saysSource || via.RPort != SipVia.NoRPort || !via.Received.IsEmpty;
    }

    private static void AppendValue(ref SipWriter writer, scoped ReadOnlySpan<byte> value, scoped SipVia via, in SipEndpoint source)
    {
        writer.Append(SipText.Trim(value[..^via.Parameters.Length]));
        SipParameterReader parameters = new(via.Parameters);
        while (parameters.MoveNext())
        {
            if (SipText.EqualsIgnoreCase(parameters.Name, "received"u8) || SipText.EqualsIgnoreCase(parameters.Name, "rport"u8)) continue;

            writer.Append((byte)';');
            writer.Append(parameters.Name);
            if (!parameters.HasValue) continue;

            writer.Append((byte)'=');
            writer.Append(parameters.Value);
        }

        writer.Append(";received="u8);
        writer.AppendAddress(source);
        if (via.RPort == SipVia.NoRPort) return;

        writer.Append(";rport="u8);
        writer.AppendNumber(source.Port);
    }
}
