using System.Buffers.Text;
using System.Text;
using HotPath.Sip;

namespace HotPath.Load;

/// <summary>The messages of perf_uac.xml and perf_uas.xml. Written into the caller's buffer; allocates nothing.</summary>
internal sealed class PhoneMessages
{
    private const string Sdp = "v=0\r\no=user1 53655765 2353687637 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 6000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n";
    private const int IdLength = 16;

    private readonly SipMessageIndex _index = new();
    private readonly byte[] _invite;
    private readonly int[] _idsOfInvite;
    private readonly byte[] _callerVia;
    private readonly byte[] _calleeHeaders;
    private readonly byte[] _answerEnd;

    /// <param name="caller">The caller's address.</param>
    /// <param name="callee">The callee's.</param>
    /// <param name="edge">Where the caller sends its calls.</param>
    public PhoneMessages(SipEndpoint caller, SipEndpoint callee, SipEndpoint edge)
    {
        string id = new('#', IdLength);
        string from = caller.ToIPEndPoint().ToString(), to = callee.ToIPEndPoint().ToString();
        _callerVia = Encoding.ASCII.GetBytes($"SIP/2.0/UDP {from};branch=z9hG4bK");
        _invite = Encoding.ASCII.GetBytes(
            $"INVITE sip:1002@{edge.ToIPEndPoint()} SIP/2.0\r\nVia: SIP/2.0/UDP {from};branch=z9hG4bK{id}\r\n"
            + $"From: <sip:1001@caller.example.org>;tag=f{id}\r\nTo: <sip:1002@callee.example.org>\r\nCall-ID: {id}@{from}\r\n"
            + $"CSeq: 1 INVITE\r\nContact: <sip:1001@{from}>\r\nMax-Forwards: 70\r\nX-Test: 1\r\nContent-Type: application/sdp\r\n"
            + $"Content-Length: {Sdp.Length}\r\n\r\n{Sdp}");
        _idsOfInvite = [.. Places(_invite, Encoding.ASCII.GetBytes(id))];
        _calleeHeaders = Encoding.ASCII.GetBytes($"Contact: <sip:uas@{to}>\r\n");
        _answerEnd = Encoding.ASCII.GetBytes($"Content-Type: application/sdp\r\nContent-Length: {Sdp.Length}\r\n\r\n{Sdp}");
    }

    private static ReadOnlySpan<byte> NoBody => "Content-Length: 0\r\n\r\n"u8;

    /// <summary>Which call a message belongs to; -1 if none of ours.</summary>
    public static long ReadId(ReadOnlySpan<byte> callId) =>
        callId.Length > IdLength && Utf8Parser.TryParse(callId[..IdLength], out long id, out int read, 'x') && read == IdLength ? id : -1;

    /// <summary>The caller's INVITE.</summary>
    /// <returns>Its length, as of all that follow.</returns>
    public int WriteInvite(long id, Span<byte> buffer)
    {
        _invite.CopyTo(buffer);
        foreach (int place in _idsOfInvite)
        {
            id.TryFormat(buffer[place..], out _, "x16");
        }

        return _invite.Length;
    }

    /// <summary>The caller's ACK to the callee's 200 as it came through the edge, which named its route.</summary>
    public int WriteAck(in SipMessage answer, Span<byte> buffer)
    {
        Span<byte> via = stackalloc byte[128];
        SipWriter writer = new(via);
        writer.Append(_callerVia);
        writer.Append(answer.CallId[..IdLength]);
        writer.Append((byte)'A');
        SipNameAddr.TryParse(answer.Find(SipHeaderId.Contact), out SipNameAddr contact);
        return Length(SipRequests.TryWrite(
            new RequestParts
            {
                Method = SipMethod.Ack,
                RequestUri = contact.Uri,
                Via = writer.Written,

                // The edge is one hop with one listener, so there is one value and no order to turn round.
                Routes = answer.Find(SipHeaderId.RecordRoute),
                From = answer.Find(SipHeaderId.From),
                To = answer.Find(SipHeaderId.To),
                CallId = answer.CallId,
                CSeqNumber = 1,
            },
            buffer,
            out int written), written);
    }

    /// <summary>The caller's ACK to a rejection of this INVITE, which it may overwrite.</summary>
    public int WriteAckOfRejection(ReadOnlySpan<byte> invite, in SipMessage rejection, Span<byte> buffer)
    {
        Span<byte> copy = stackalloc byte[invite.Length];
        invite.CopyTo(copy);
        SipParser.Parse(copy, _index, SipLimits.Default);
        return Length(SipRequests.TryWriteAck(new SipMessage(copy, _index), rejection, buffer, out int written), written);
    }

    /// <summary>Makes the caller's BYE of its ACK, which differs in method, CSeq and branch.</summary>
    public static void TurnIntoBye(Span<byte> ack)
    {
        "BYE"u8.CopyTo(ack);
        ack[ack.IndexOf("\r\nMax-Forwards"u8) - 1] = (byte)'B';
        "2 BYE"u8.CopyTo(ack[ack.IndexOf("1 ACK"u8)..]);
    }

    /// <summary>A callee's response without a body.</summary>
    public int WriteResponse(in SipMessage request, int status, long id, Span<byte> buffer)
    {
        Span<byte> tag = stackalloc byte[IdLength];
        id.TryFormat(tag, out _, "x16");
        var parts = new ResponseParts { StatusCode = status, ToTag = tag, CopyRecordRoute = true, ExtraHeaders = _calleeHeaders };
        return Length(SipResponses.TryWrite(request, parts, buffer, out int written), written);
    }

    /// <summary>The callee's 200 to an INVITE.</summary>
    public int WriteAnswer(in SipMessage invite, long id, Span<byte> buffer)
    {
        int end = WriteResponse(invite, 200, id, buffer) - NoBody.Length;
        _answerEnd.CopyTo(buffer[end..]);
        return end + _answerEnd.Length;
    }

    private static int Length(bool fits, int written) => fits ? written : throw new InvalidOperationException("A message is longer than a phone keeps.");

    private static IEnumerable<int> Places(byte[] text, byte[] part)
    {
        for (int place = text.AsSpan().IndexOf(part); place >= 0;)
        {
            yield return place;
            int next = text.AsSpan(place + part.Length).IndexOf(part);
            place = next < 0 ? -1 : place + part.Length + next;
        }
    }
}
