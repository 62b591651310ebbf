namespace HotPath.Sip;

/// <summary>
/// A number of seconds with what may follow it: Expires and Min-Expires (RFC 3261 §20.19, §20.23), Retry-After (§20.33: a comment and
/// <c>duration</c>), Min-SE (RFC 4028 §5).
/// </summary>
public readonly ref struct SipDeltaSeconds
{
    /// <summary>More than 2³²−1 is read as 2³²−1 (RFC 3261 §20.19, RFC 4475 §3.1.2.4).</summary>
    public uint Seconds { get; private init; }

    /// <summary>The comment as written, parentheses included; empty if there is none.</summary>
    public ReadOnlySpan<byte> Comment { get; private init; }

    /// <summary>All parameters with their leading <c>;</c>, empty if there are none.</summary>
    public ReadOnlySpan<byte> Parameters { get; private init; }

    /// <summary>The value of a parameter, empty if it has none. Names compare without case. False if it is absent.</summary>
    public bool TryGetParameter(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value) =>
        SipParameterReader.TryGet(Parameters, name, out value);

    /// <summary>Takes a value apart. False, and an empty view, if no number begins it or something else follows. Allocates nothing.</summary>
    public static bool TryParse(ReadOnlySpan<byte> value, out SipDeltaSeconds seconds)
    {
        seconds = default;
        value = SipText.Trim(value);
        int digits = value.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (digits < 0) digits = value.Length;
        if (digits == 0) return false;

        uint number = SipText.TryParseNumber(value[..digits], out uint fits) ? fits : uint.MaxValue;
        ReadOnlySpan<byte> rest = SipText.Trim(value[digits..]);
        ReadOnlySpan<byte> comment = default;
        if (rest is [(byte)'(', ..])
        {
            int end = SipText.SkipComment(rest, 0);
            if (end < 0) return false;

            comment = rest[..end];
            rest = SipText.Trim(rest[end..]);
        }

        if (!SipParameterReader.IsWellFormed(rest)) return false;

        seconds = new SipDeltaSeconds { Seconds = number, Comment = comment, Parameters = rest };
        return true;
    }
}
