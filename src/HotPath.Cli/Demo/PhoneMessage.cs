using System.Net;
using System.Security.Cryptography;
using System.Text;
using HotPath.Sip;

namespace HotPath.Cli;

/// <summary>A request as a phone sends it.</summary>
/// <param name="Bytes">The whole message.</param>
/// <param name="Branch">The branch of its Via, by which responses are matched.</param>
/// <param name="Method">The method.</param>
internal sealed record PhoneRequest(byte[] Bytes, string Branch, string Method);

/// <summary>A request as a phone received it.</summary>
/// <param name="Bytes">The whole message.</param>
/// <param name="Key">Equal for a request that is sent again (RFC 3261 §17.2.3).</param>
/// <param name="Source">Where it came from, and where responses go.</param>
internal sealed record PhoneRequestReceived(byte[] Bytes, string Key, IPEndPoint Source);

/// <summary>Writes the messages of a phone.</summary>
internal static class PhoneMessage
{
    /// <summary>A token nobody else has: a tag, a Call-ID, the end of a branch.</summary>
    public static string NewToken() => RandomNumberGenerator.GetHexString(12, lowercase: true);

    /// <summary>The session description of a phone that neither sends nor wants sound: the demo is about the signalling.</summary>
    public static string SessionDescription(IPEndPoint local) =>
        $"v=0\r\no=- 1 1 IN IP4 {local.Address}\r\ns=-\r\nc=IN IP4 {local.Address}\r\nt=0 0\r\nm=audio 9 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\na=inactive\r\n";

    /// <summary>A request.</summary>
    /// <param name="method">The method.</param>
    /// <param name="uri">The Request-URI.</param>
    /// <param name="local">The phone's own address, for Via and Contact.</param>
    /// <param name="branch">The branch of the Via.</param>
    /// <param name="fields">The header fields that name the dialog, a line each, line breaks included.</param>
    /// <param name="cseq">The number of CSeq.</param>
    /// <param name="body">A session description, or nothing.</param>
    public static PhoneRequest Request(string method, string uri, IPEndPoint local, string branch, string fields, uint cseq, string body = "") =>
        new(
            Encoding.UTF8.GetBytes(
                $"{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {local};branch={branch};rport\r\nMax-Forwards: 70\r\n{fields}CSeq: {cseq} {method}\r\n{Body(body)}"),
            branch,
            method);

    /// <summary>A response to a request, on the way the request came (RFC 3261 §8.2.6).</summary>
    /// <param name="received">The request.</param>
    /// <param name="status">The status code.</param>
    /// <param name="localTag">The tag the phone adds to To.</param>
    /// <param name="contact">Where the phone wants the dialog's requests; <c>null</c>: the response makes no dialog.</param>
    /// <param name="body">A session description, or nothing.</param>
    public static byte[] Response(PhoneRequestReceived received, int status, string localTag, string? contact = null, string body = "")
    {
        SipMessageIndex index = new();
        SipParser.Parse(received.Bytes, index);
        SipMessage request = new(received.Bytes, index);
        StringBuilder text = new($"SIP/2.0 {status} {Encoding.UTF8.GetString(SipStatus.GetReasonPhrase(status))}\r\n");
        for (int i = 0; i < request.HeaderCount; i++)
        {
            SipHeader header = request.GetHeader(i);
            if (header.Id is SipHeaderId.Via or SipHeaderId.From or SipHeaderId.CallId or SipHeaderId.CSeq || (header.Id == SipHeaderId.RecordRoute && contact is not null))
            {
                text.Append(Encoding.UTF8.GetString(header.Line));
            }
            else if (header.Id == SipHeaderId.To)
            {
                text.Append($"To: {Encoding.UTF8.GetString(header.Value)}{(request.ToTag.IsEmpty ? $";tag={localTag}" : "")}\r\n");
            }
        }

        if (contact is not null)
        {
            text.Append($"Contact: <{contact}>\r\n");
        }

        return Encoding.UTF8.GetBytes(text.Append(Body(body)).ToString());
    }

    private static string Body(string body) =>
        $"User-Agent: hotpath demo\r\n{(body.Length == 0 ? "" : "Content-Type: application/sdp\r\n")}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";
}
