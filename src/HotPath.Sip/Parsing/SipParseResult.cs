namespace HotPath.Sip;

/// <summary>What <see cref="SipParser.Parse"/> found: nothing wrong, or the first thing that is, and where.</summary>
/// <param name="Error">What is wrong.</param>
/// <param name="Offset">Where, in bytes from the start of the input.</param>
public readonly record struct SipParseResult(SipParseError Error, int Offset)
{
    /// <summary>The message is good.</summary>
    public bool IsOk => Error == SipParseError.None;

    /// <summary>
    /// The status a server answers with if the request can be answered at all: 400, but 501 for the method, 505 for the version, 513 for the size and 414 for that
    /// of the Request-URI (RFC 3261 §21.4.1, §21.4.11, §21.5.2, §21.5.6, §21.5.7). 0 where nothing is wrong or nothing was asked.
    /// </summary>
    public int StatusCode => Error switch
    {
        SipParseError.None or SipParseError.Empty => 0,
        SipParseError.UnknownMethod => 501,
        SipParseError.Version => 505,
        SipParseError.TooLarge => 513,
        SipParseError.RequestUriTooLong => 414,
        _ => 400,
    };

    /// <summary>The error in words, for logs and reason phrases. Allocates nothing.</summary>
    public string Describe() => Error switch
    {
        SipParseError.None => "OK",
        SipParseError.Empty => "Empty message",
        SipParseError.TooLarge => "Message too large",
        SipParseError.TooManyHeaders => "Too many header fields",
        SipParseError.Incomplete => "No empty line after the header fields",
        SipParseError.StartLine => "Malformed start line",
        SipParseError.Version => "Version not supported",
        SipParseError.Method => "Malformed method",
        SipParseError.Status => "Malformed status code",
        SipParseError.RequestUri => "Malformed Request-URI",
        SipParseError.RequestUriTooLong => "Request-URI too long",
        SipParseError.HeaderName => "Malformed header name",
        SipParseError.HeaderLine => "Malformed header line",
        SipParseError.MissingHeader => "Missing mandatory header field",
        SipParseError.DuplicateHeader => "Repeated header field",
        SipParseError.ContentLength => "Bad Content-Length",
        SipParseError.NoContentLength => "No Content-Length on a stream",
        SipParseError.CSeq => "Bad CSeq",
        SipParseError.UnknownMethod => "Unknown method in a mismatch with CSeq",
        SipParseError.MaxForwards => "Bad Max-Forwards",
        SipParseError.CallId => "Bad Call-ID",
        SipParseError.Via => "Bad Via",
        SipParseError.From => "Bad From",
        SipParseError.To => "Bad To",
        SipParseError.Contact => "Bad Contact",
        _ => "Malformed message",
    };

    /// <summary><c>Bad CSeq at byte 312</c>.</summary>
    public override string ToString() => IsOk ? "OK" : $"{Describe()} at byte {Offset}";
}
