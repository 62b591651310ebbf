namespace HotPath.Sip;

/// <summary>The little a transaction must see of a response it is given to send.</summary>
internal static class StatusLine
{
    /// <summary>100…699, or 0 if these bytes do not begin as a SIP/2.0 status line.</summary>
    public static int ReadStatusCode(ReadOnlySpan<byte> response)
    {
        ReadOnlySpan<byte> version = "SIP/2.0 "u8;
        return response.StartsWith(version)
            && response.Length > version.Length + 3
            && response[version.Length + 3] == ' '
            && SipText.TryParseNumber(response.Slice(version.Length, 3), out uint code)
            && code is >= 100 and <= 699
            ? (int)code
            : 0;
    }

    public static TransactionEvent EventOf(int statusCode) => statusCode switch
    {
        100 => TransactionEvent.Trying,
        < 200 => TransactionEvent.Provisional,
        < 300 => TransactionEvent.Success,
        _ => TransactionEvent.Failure,
    };
}
