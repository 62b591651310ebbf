using System.Net;
using System.Security.Cryptography;
using System.Text;
using HotPath.Sip;

namespace HotPath.Cli;

/// <summary>What tells one transaction of a phone from another (RFC 3261 §17.1.3, §17.2.3).</summary>
/// <param name="Branch">The branch of the topmost Via.</param>
/// <param name="Method">The method of the request.</param>
internal readonly record struct PhoneTransaction(string Branch, SipMethod Method);

/// <summary>A request as a phone received it.</summary>
/// <param name="Bytes">The whole message.</param>
/// <param name="Transaction">Equal for a request that is sent again.</param>
/// <param name="Source">Where it came from, and where responses go.</param>
internal sealed record PhoneRequest(byte[] Bytes, PhoneTransaction Transaction, IPEndPoint Source);

/// <summary>The addresses and names that every request of a phone's call carries.</summary>
/// <param name="Target">The Request-URI.</param>
/// <param name="From">The phone's side, tag included.</param>
/// <param name="To">The other side, with its tag once it is known.</param>
/// <param name="CallId">The Call-ID.</param>
/// <param name="Routes">Proxies that want to stay in the path, joined by commas.</param>
internal readonly record struct PhoneDialog(string Target, string From, string To, string CallId, string Routes);

/// <summary>Writes the messages of a phone.</summary>
internal static class PhoneMessage
{
    private const int MaxBytes = 8192;

    private static ReadOnlySpan<byte> NoBody => "Content-Length: 0\r\n\r\n"u8;

    /// <summary>A token nobody else has: a tag, a Call-ID, the end of a branch.</summary>
    public static string NewToken() => RandomNumberGenerator.GetHexString(12, lowercase: true);

    /// <summary>A branch nobody else has (RFC 3261 §8.1.1.7).</summary>
    public static string NewBranch() => $"z9hG4bK{NewToken()}";

    /// <summary>The session description of a phone that neither sends nor wants sound: the demo is about the signalling.</summary>
    public static string SessionDescription(IPEndPoint local) =>
        $"v=0\r\no=- 1 1 IN IP4 {local.Address}\r\ns=-\r\nc=IN IP4 {local.Address}\r\nt=0 0\r\nm=audio 9 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\na=inactive\r\n";

    /// <summary>A request of a call.</summary>
    /// <param name="transaction">Its branch and method.</param>
    /// <param name="dialog">What it has in common with the call's other requests.</param>
    /// <param name="cseq">The number of CSeq.</param>
    /// <param name="local">The phone's own address.</param>
    /// <param name="contact">Where the phone wants the dialog's requests; <c>null</c>: the request says nothing about it.</param>
    /// <param name="body">A session description, or nothing.</param>
    public static byte[] Request(PhoneTransaction transaction, in PhoneDialog dialog, uint cseq, IPEndPoint local, string? contact = null, string body = "")
    {
        RequestParts parts = new()
        {
            Method = transaction.Method,
            RequestUri = Utf8(dialog.Target),
            Via = Utf8($"SIP/2.0/UDP {local};branch={transaction.Branch};rport"),
            Routes = Utf8(dialog.Routes),
            From = Utf8(dialog.From),
            To = Utf8(dialog.To),
            CallId = Utf8(dialog.CallId),
            CSeqNumber = cseq,
            ExtraHeaders = Utf8(Contact(contact)),
        };
        Span<byte> message = stackalloc byte[MaxBytes];
        return SipRequests.TryWrite(parts, message, out int written) ? WithBody(message[..written], body) : throw TooLong();
    }

    /// <summary>The CANCEL of an INVITE.</summary>
    public static byte[] Cancel(byte[] invite)
    {
        SipMessageIndex index = new();
        SipParser.Parse(invite, index);
        Span<byte> message = stackalloc byte[MaxBytes];
        return SipRequests.TryWriteCancel(new SipMessage(invite, index), message, out int written) ? message[..written].ToArray() : throw TooLong();
    }

    /// <summary>The ACK to a response that refuses an INVITE.</summary>
    public static byte[] AckOfRefusal(byte[] invite, in SipMessage refusal)
    {
        SipMessageIndex index = new();
        SipParser.Parse(invite, index);
        Span<byte> message = stackalloc byte[MaxBytes];
        return SipRequests.TryWriteAck(new SipMessage(invite, index), refusal, message, out int written) ? message[..written].ToArray() : throw TooLong();
    }

    /// <summary>A response to a request, on the way the request came (RFC 3261 §8.2.6).</summary>
    /// <param name="request">The request.</param>
    /// <param name="status">The status code.</param>
    /// <param name="localTag">The tag the phone adds to To.</param>
    /// <param name="contact">Where the phone wants the dialog's requests; <c>null</c>: the response makes no dialog.</param>
    /// <param name="body">A session description, or nothing.</param>
    public static byte[] Response(PhoneRequest request, int status, string localTag, string? contact = null, string body = "")
    {
        SipMessageIndex index = new();
        SipParser.Parse(request.Bytes, index);
        ResponseParts parts = new()
        {
            StatusCode = status,
            ToTag = Utf8(localTag),
            CopyRecordRoute = contact is not null,
            ExtraHeaders = Utf8(Contact(contact)),
        };
        Span<byte> message = stackalloc byte[MaxBytes];
        return SipResponses.TryWrite(new SipMessage(request.Bytes, index), parts, message, out int written) ? WithBody(message[..written], body) : throw TooLong();
    }

    private static string Contact(string? uri) => uri is null ? "" : $"Contact: <{uri}>\r\n";

    private static byte[] WithBody(ReadOnlySpan<byte> message, string body) =>
        body.Length == 0
            ? message.ToArray()
            : [.. message[..^NoBody.Length], .. Utf8($"Content-Type: application/sdp\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}")];

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static InvalidOperationException TooLong() => new($"A message of the demo does not fit into {MaxBytes} bytes.");
}
