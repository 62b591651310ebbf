namespace HotPath.Sip.Tests;

/// <summary>Guards: a bad message is refused with the first thing that is wrong, and a request can still be answered where it says whose it is.</summary>
public class RefusalTests
{
    public static TheoryData<string, SipParseError, bool> Bad => new()
    {
        { "", SipParseError.Empty, false },
        { "\r\n\r\n", SipParseError.Empty, false },
        { "OPTIONS", SipParseError.StartLine, false },
        { "hello\r\n\r\n", SipParseError.StartLine, false },
        { " OPTIONS sip:a@b SIP/2.0\r\n\r\n", SipParseError.StartLine, false },
        { Samples.Minimal("GET / HTTP/1.1"), SipParseError.StartLine, false },
        { Samples.Minimal("OPTIONS sip:a@example.com SIP/2.0 "), SipParseError.StartLine, true },
        { Samples.Minimal("OPTIONS sip:a@example.com SIP/7.0"), SipParseError.Version, true },
        { Samples.Minimal("SIP/3.0 200 OK"), SipParseError.Version, false },
        { Samples.Minimal("SIP/2.0 99 OK"), SipParseError.Status, false },
        { Samples.Minimal("SIP/2.0 700 OK"), SipParseError.Status, false },
        { Samples.Minimal("SIP/2.0 4294967301 OK"), SipParseError.Status, false },
        { Samples.Minimal("SIP/2.0 2 0 OK"), SipParseError.Status, false },
        { Samples.Minimal("OPT@ONS sip:a@example.com SIP/2.0"), SipParseError.Method, true },
        { Samples.Minimal("OPTIONS  sip:a@example.com SIP/2.0"), SipParseError.RequestUri, true },
        { Samples.Minimal("OPTIONS sip:a@example.com; lr SIP/2.0"), SipParseError.RequestUri, true },
        { Samples.Minimal("OPTIONS <sip:a@example.com> SIP/2.0"), SipParseError.RequestUri, true },
        { Samples.Minimal("OPTIONS sip:a@example.com?Route=%3Csip:x%3E SIP/2.0"), SipParseError.RequestUri, true },
        { Samples.Minimal("OPTIONS example.com SIP/2.0"), SipParseError.RequestUri, true },
        { Samples.Minimal("OPTIONS sip:a@example.com :5060 SIP/2.0"), SipParseError.RequestUri, true },
        { Samples.Minimal("OPTIONS sip:a@example.com: 5060 SIP/2.0"), SipParseError.RequestUri, true },
        { Samples.Minimal("OPTIONS sip:a@example.com: SIP/2.0"), SipParseError.RequestUri, true },
        { Samples.Minimal("OPTIONS sip:@example.com SIP/2.0"), SipParseError.RequestUri, true },
        { Samples.Minimal("OPTIONS sip:a@b@example.com SIP/2.0"), SipParseError.RequestUri, true },
        { Samples.Minimal("OPTIONS sip:a@:5060 SIP/2.0"), SipParseError.RequestUri, true },
        { Samples.Minimal("OPTIONS sip:a@example.com:0 SIP/2.0"), SipParseError.RequestUri, true },
        { Samples.Minimal("OPTIONS sip:;lr SIP/2.0"), SipParseError.RequestUri, true },
        { Samples.Minimal("OPTIONS sip:a@example.com:99999 SIP/2.0"), SipParseError.RequestUri, true },
        { Samples.Minimal().TrimEnd(), SipParseError.Incomplete, false },
        { Samples.Minimal().TrimEnd() + "\r\n", SipParseError.Incomplete, false },
        { Samples.Minimal(with: "no colon here"), SipParseError.HeaderLine, true },
        { Samples.Minimal(with: "X: carriage\rreturn"), SipParseError.HeaderLine, true },
        { Samples.Minimal(with: ": no name"), SipParseError.HeaderName, true },
        { Samples.Minimal(with: "two words: x"), SipParseError.HeaderName, true },
        { Samples.Minimal("OPTIONS sip:a@example.com SIP/2.0\r\n folded: start line"), SipParseError.HeaderName, true },
        { Samples.Minimal(without: "Via"), SipParseError.MissingHeader, false },
        { Samples.Minimal(without: "From"), SipParseError.MissingHeader, true },
        { Samples.Minimal(without: "To"), SipParseError.MissingHeader, true },
        { Samples.Minimal(without: "Call-ID"), SipParseError.MissingHeader, true },
        { Samples.Minimal(without: "CSeq"), SipParseError.MissingHeader, true },
        { Samples.Minimal(with: "t: <sip:a@example.com>"), SipParseError.DuplicateHeader, true },
        { Samples.Minimal(with: "Max-Forwards: 1\r\nmax-forwards: 1"), SipParseError.DuplicateHeader, true },
        { Samples.Minimal(with: "l: 0\r\nContent-Length: 0"), SipParseError.DuplicateHeader, true },
        { Samples.Minimal(with: "Content-Length: 1"), SipParseError.ContentLength, true },
        { Samples.Minimal(with: "Content-Length: -1"), SipParseError.ContentLength, true },
        { Samples.Minimal(with: "Content-Length:"), SipParseError.ContentLength, true },
        { Samples.Minimal(with: "Content-Length: 18446744073709551616"), SipParseError.ContentLength, true },
        { Samples.Minimal(with: "Max-Forwards: many"), SipParseError.MaxForwards, true },
        { Cseq("INVITE"), SipParseError.CSeq, true },
        { Cseq("1"), SipParseError.CSeq, true },
        { Cseq("1OPTIONS"), SipParseError.CSeq, true },
        { Cseq("1 INVITE"), SipParseError.CSeq, true },
        { Cseq("1 OPTIONS x"), SipParseError.CSeq, true },
        { Cseq("2147483648 OPTIONS"), SipParseError.CSeq, true },
        { Cseq("36893488147419103232 OPTIONS"), SipParseError.CSeq, true },
        { Samples.Minimal(without: "Call-ID", with: "Call-ID:"), SipParseError.CallId, true },
        { Samples.Minimal(without: "Call-ID", with: "Call-ID: two words"), SipParseError.CallId, true },
        { Samples.Minimal(without: "Via", with: "Via: SIP/2.0/UDP 192.0.2.15;;,;,,"), SipParseError.Via, true },
        { Samples.Minimal(without: "Via", with: "Via: ,"), SipParseError.Via, true },
        { Samples.Minimal(without: "Via", with: "Via: SIP/2.0/UDP ;branch=z9hG4bK1"), SipParseError.Via, true },
        { Samples.Minimal(without: "Via", with: "Via: SIP/2.0/UDP :5060;branch=z9hG4bK1"), SipParseError.Via, true },
        { Samples.Minimal(without: "Via", with: "Via: SIP/2.0/UDP a:;branch=z9hG4bK1"), SipParseError.Via, true },
        { Samples.Minimal(without: "Via", with: "Via: SIP/2.0/UDP a:70000;branch=z9hG4bK1"), SipParseError.Via, true },
        { Samples.Minimal(without: "Via", with: "Via: SIP/2.0/UDP a:50:60;branch=z9hG4bK1"), SipParseError.Via, true },
        { Samples.Minimal(without: "Via", with: "Via: SIP/2.0/UDP a b;branch=z9hG4bK1"), SipParseError.Via, true },
        { Samples.Minimal(without: "Via", with: "Via: SIP/2.0/UDP a;branch=z9hG4bK1;rport=x"), SipParseError.Via, true },
        { Samples.Minimal(without: "Via", with: "Via: SIP/2.0/UDP a;ttl=256;branch=z9hG4bK1"), SipParseError.Via, true },
        { Samples.Minimal(without: "Via", with: "Via: SIP/2.0/UDP a;=z9hG4bK1"), SipParseError.Via, true },
        { Samples.Minimal(without: "From", with: "From: nobody"), SipParseError.From, true },
        { Samples.Minimal(without: "From", with: "From: sip:caller@example.net;tag=13,"), SipParseError.From, true },
        { Samples.Minimal(without: "To", with: "To: \"Mr. J. User <sip:j.user@example.com>"), SipParseError.To, true },
        { Samples.Minimal(without: "To", with: "To: Watson, Thomas <sip:t.watson@example.org>"), SipParseError.To, true },
        { Samples.Minimal(without: "To", with: "To: \"Watson, Thomas\" < sip:t.watson@example.org >"), SipParseError.To, true },
        { Samples.Minimal(with: "Contact: sip:user@example.com?Route=%3Csip:sip.example.com%3E"), SipParseError.Contact, true },
        { Samples.Minimal(with: "Contact: *"), SipParseError.Contact, true },
        { Samples.Minimal(with: "Contact: <sip:joe@example.org>;;;;"), SipParseError.Contact, true },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void SaysWhatIsWrong(string message, SipParseError error, bool canAnswer)
    {
        byte[] bytes = Text.Bytes(message);
        SipMessageIndex index = new();
        SipParseResult result = SipParser.Parse(bytes, index);

        Assert.Equal(error, result.Error);
        Assert.False(result.IsOk);
        Assert.InRange(result.Offset, 0, bytes.Length);
        Assert.NotEqual("OK", result.Describe());

        SipMessage refused = new(bytes, index);
        Assert.Equal(canAnswer, SipResponses.CanAnswer(refused));
        byte[] answer = new byte[1000];
        Assert.Equal(canAnswer, SipResponses.TryWrite(refused, new ResponseParts { StatusCode = 400, ToTag = "t"u8 }, answer, out int written));
        Assert.Equal(canAnswer, written > 0);
    }

    [Fact]
    public void PointsAtTheValueThatIsWrong()
    {
        byte[] bytes = Text.Bytes(Cseq("1 INVITE"));
        SipParseResult result = SipParser.Parse(bytes, new SipMessageIndex());
        Assert.StartsWith("1 INVITE", Text.Of(bytes.AsSpan(result.Offset)));
        Assert.Equal($"Bad CSeq at byte {result.Offset}", result.ToString());
    }

    [Theory]
    [InlineData("OPTIONS sip:a@example.com SIP/7.0", 505)]
    [InlineData("OPTIONS nowhere SIP/2.0", 400)]
    [InlineData("OPTIONS sip:a@example.com SIP/2.0", 0)]
    public void SaysHowToAnswer(string startLine, int status) =>
        Assert.Equal(status, SipParser.Parse(Text.Bytes(Samples.Minimal(startLine)), new SipMessageIndex()).StatusCode);

    /// <summary>A cut datagram is never mistaken for a whole one.</summary>
    [Fact]
    public void RefusesEveryPrefix()
    {
        byte[] bytes = Text.Message(Samples.Invite);
        SipMessageIndex index = new();
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.False(SipParser.Parse(bytes.AsSpan(0, length), index).IsOk, $"The first {length} bytes were taken for a message.");
        }

        Assert.True(SipParser.Parse(bytes, index).IsOk);
    }

    private static string Cseq(string value) => Samples.Minimal(without: "CSeq", with: "CSeq: " + value);
}
