namespace HotPath.Sip;

/// <summary>What the parser accepts at most. Immutable; the defaults suit datagrams from strangers.</summary>
public sealed class SipLimits
{
    /// <summary>The limits used where none are given.</summary>
    public static SipLimits Default { get; } = new();

    /// <summary>The longest message, header fields and body together, in bytes. 65,535: the longest datagram.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set below 1.</exception>
    public int MaxMessageLength
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 65_535;

    /// <summary>The most header lines (a folded line counts once), 1…32,767. 200.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set outside that range.</exception>
    public int MaxHeaders
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, short.MaxValue);
            field = value;
        }
    } = 200;

    /// <summary>The longest Request-URI in bytes. 8,192.</summary>
    public int MaxRequestUriLength { get; init; } = 8_192;
}
