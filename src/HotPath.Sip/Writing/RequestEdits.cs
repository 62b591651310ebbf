namespace HotPath.Sip;

/// <summary>
/// What a proxy changes in a request it forwards (RFC 3261 §16.6). What is not named here goes on byte for byte; Max-Forwards is always
/// counted down.
/// </summary>
public ref struct RequestEdits
{
    /// <summary>The new topmost Via value. Required.</summary>
    public ReadOnlySpan<byte> Via { get; init; }

    /// <summary>
    /// Where the request came from. Noted in the sender's Via: <c>received</c> where its sent-by is another address or <c>rport</c> is
    /// there, and the port in <c>rport</c> (RFC 3261 §18.2.1, RFC 3581 §4). Empty: the Via is left as it is.
    /// </summary>
    public SipEndpoint Source { get; init; }

    /// <summary>The Record-Route value to push on top, several joined by commas; empty for none.</summary>
    public ReadOnlySpan<byte> RecordRoute { get; init; }

    /// <summary>How many Route values to take off the top; <see cref="int.MaxValue"/> for all.</summary>
    public int RoutesToRemove { get; init; }

    /// <summary>The Request-URI to send; empty keeps the received one.</summary>
    public ReadOnlySpan<byte> RequestUri { get; init; }

    /// <summary>Header fields to leave out, all their lines. Not for Via, Route and Max-Forwards, which have their own rules.</summary>
    public SipHeaderSet RemovedHeaders { get; init; }

    /// <summary>Whole header lines, each with its CRLF, to add below the others.</summary>
    public ReadOnlySpan<byte> ExtraHeaders { get; init; }
}
