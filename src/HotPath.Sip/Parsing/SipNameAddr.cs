using System.Buffers;

namespace HotPath.Sip;

/// <summary>
/// One value of From, To, Contact, Route, Record-Route and their like: <c>"display" &lt;uri&gt;;params</c> or <c>uri;params</c>
/// (RFC 3261 §20.10). Without brackets everything after the first <c>;</c> belongs to the header field, not to the URI.
/// </summary>
public readonly ref partial struct SipNameAddr
{
    private static readonly SearchValues<byte> s_special = SearchValues.Create("<>\";,?"u8);
    private static readonly SearchValues<byte> s_notInUri = SearchValues.Create(" \t\r\n<\""u8);
    private static readonly SearchValues<byte> s_displayBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.!%*_+`'~ \t\r\n"u8);

    /// <summary>The display name as written, quotes and escapes kept; empty if absent.</summary>
    public ReadOnlySpan<byte> DisplayName { get; private init; }

    /// <summary>The URI without its brackets. Not taken apart: see <see cref="SipUri.TryParse"/>.</summary>
    public ReadOnlySpan<byte> Uri { get; private init; }

    /// <summary>The parameters of the header field with their leading <c>;</c>, empty if there are none.</summary>
    public ReadOnlySpan<byte> Parameters { get; private init; }

    /// <summary>The tag, empty if absent.</summary>
    public ReadOnlySpan<byte> Tag { get; private init; }

    /// <summary>The value of a parameter, empty if it has none. Names compare without case. False if it is absent.</summary>
    public bool TryGetParameter(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value) =>
        SipParameterReader.TryGet(Parameters, name, out value);

    /// <summary>
    /// Takes one value apart. False, and an empty view, if a quote or bracket is not closed, the display name holds what only a quoted
    /// one may, the URI has no scheme or holds white space, or the parameters are malformed. Allocates nothing.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> value, out SipNameAddr address)
    {
        address = default;
        value = SipText.Trim(value);
        if (value.IsEmpty) return false;

        ReadOnlySpan<byte> display = default;
        ReadOnlySpan<byte> uri;
        ReadOnlySpan<byte> parameters;
        int open;
        if (value[0] == '"')
        {
            int end = SipText.SkipQuotedString(value, 0);
            if (end < 0) return false;

            display = value[..end];
            open = SipText.SkipWhiteSpace(value, end);
            if (open == value.Length || value[open] != '<') return false;
        }
        else
        {
            open = value.IndexOfAny(s_special);
        }

        if (open >= 0 && value[open] == '<')
        {
            if (display.IsEmpty && open > 0)
            {
                display = SipText.Trim(value[..open]);
                if (display.ContainsAnyExcept(s_displayBytes)) return false;
            }

            int length = value[(open + 1)..].IndexOf((byte)'>');
            if (length < 0) return false;

            uri = value.Slice(open + 1, length);
            parameters = value[(open + length + 2)..];
        }
        else if (open < 0)
        {
            uri = value;
            parameters = default;
        }
        else
        {
            // A comma, question mark or bracket outside <> is no part of a lone URI (RFC 3261 §20).
            if (value[open] != ';') return false;

            uri = SipText.Trim(value[..open]);
            parameters = value[open..];
        }

        if (uri.ContainsAny(s_notInUri) || !SipUri.HasScheme(uri)) return false;

        ReadOnlySpan<byte> tag = default;
        SipParameterReader reader = new(parameters);
        while (reader.MoveNext())
        {
            if (reader.Name.Length == 3 && tag.IsEmpty && SipText.EqualsIgnoreCase(reader.Name, "tag"u8))
            {
                tag = reader.Value;
            }
        }

        if (reader.IsMalformed) return false;

        address = new SipNameAddr { DisplayName = display, Uri = uri, Parameters = SipText.Trim(parameters), Tag = tag };
        return true;
    }
}
