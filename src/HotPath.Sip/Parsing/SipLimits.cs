namespace HotPath.Sip;

/// <summary>
/// What the parser accepts at most. Immutable; the defaults suit strangers. Time and memory grow with the length of a message and no faster,
/// and nothing that is read nests: comments are counted through, bodies and header fields inside URIs are not opened.
/// </summary>
public sealed class SipLimits
{
    /// <summary>The limits used where none are given.</summary>
    public static SipLimits Default { get; } = new();

    /// <summary>
    /// The limits for a message that this element sent on: it was checked when it came in, and has grown by a Via and Record-Routes since.
    /// </summary>
    public static SipLimits Forwarded { get; } = new() { MaxMessageLength = int.MaxValue, MaxHeaders = short.MaxValue, MaxRequestUriLength = int.MaxValue };

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

    /// <summary>The longest Request-URI in bytes; a longer one is answered 414. 8,192.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set below 1.</exception>
    public int MaxRequestUriLength
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 8_192;
}
