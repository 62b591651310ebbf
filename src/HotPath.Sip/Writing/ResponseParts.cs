namespace HotPath.Sip;

/// <summary>What a response made here adds to what it copies from its request (RFC 3261 §8.2.6).</summary>
public ref struct ResponseParts
{
    /// <summary>100…699.</summary>
    public int StatusCode { get; init; }

    /// <summary>Empty: the usual phrase of the code.</summary>
    public ReadOnlySpan<byte> ReasonPhrase { get; init; }

    /// <summary>Our To tag, added where the request's To has none and the code is above 100. Empty: none is added.</summary>
    public ReadOnlySpan<byte> ToTag { get; init; }

    /// <summary>Where the request came from, noted in its Via as <see cref="RequestEdits.Source"/> says. Empty: the Via is copied as it is.</summary>
    public SipEndpoint Source { get; init; }

    /// <summary>Copy the Record-Route lines, as a dialog-making response must (RFC 3261 §12.1.1).</summary>
    public bool CopyRecordRoute { get; init; }

    /// <summary>Whole header lines, each with its CRLF.</summary>
    public ReadOnlySpan<byte> ExtraHeaders { get; init; }
}
