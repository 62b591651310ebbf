namespace HotPath.Sip;

/// <summary>Why a message was refused.</summary>
public enum SipParseError : byte
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>Nothing but line breaks: a keep-alive, not a message.</summary>
    Empty,

    /// <summary>Longer than <see cref="SipLimits.MaxMessageLength"/>.</summary>
    TooLarge,

    /// <summary>More header lines than <see cref="SipLimits.MaxHeaders"/>.</summary>
    TooManyHeaders,

    /// <summary>No empty line ends the header fields.</summary>
    Incomplete,

    /// <summary>The first line is neither a request line nor a status line, or white space follows its version.</summary>
    StartLine,

    /// <summary>A SIP version other than 2.0 (answered 505).</summary>
    Version,

    /// <summary>The method is not a token.</summary>
    Method,

    /// <summary>The status code is not three digits from 100 to 699.</summary>
    Status,

    /// <summary>The Request-URI is no absolute URI, holds white space or brackets, or carries header fields.</summary>
    RequestUri,

    /// <summary>The Request-URI is longer than <see cref="SipLimits.MaxRequestUriLength"/> (answered 414).</summary>
    RequestUriTooLong,

    /// <summary>A header name is empty or not a token.</summary>
    HeaderName,

    /// <summary>A header line has no colon, or holds a carriage return that ends no line.</summary>
    HeaderLine,

    /// <summary>To, From, CSeq, Call-ID or Via is absent (RFC 3261 §8.1.1).</summary>
    MissingHeader,

    /// <summary>A header field that may occur once occurs twice.</summary>
    DuplicateHeader,

    /// <summary>Content-Length is no number, or says more than the datagram holds (RFC 3261 §18.3).</summary>
    ContentLength,

    /// <summary>A message on a stream has no Content-Length: where it ends is not known (RFC 3261 §20.14).</summary>
    NoContentLength,

    /// <summary>CSeq is no number below 2³¹ and a method, or names another method than the request line.</summary>
    CSeq,

    /// <summary>CSeq names another method than the request line, whose method is not a known one (answered 501, RFC 4475 §3.1.2.18).</summary>
    UnknownMethod,

    /// <summary>Max-Forwards is no number.</summary>
    MaxForwards,

    /// <summary>Call-ID is empty or holds white space.</summary>
    CallId,

    /// <summary>The topmost Via is malformed.</summary>
    Via,

    /// <summary>From is malformed.</summary>
    From,

    /// <summary>To is malformed.</summary>
    To,

    /// <summary>A Contact is malformed.</summary>
    Contact,
}
