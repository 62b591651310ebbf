namespace HotPath.Sip.Tests;

/// <summary>Guards: a good message is found with everything in it, wherever the grammar lets it stand.</summary>
public class SipParserTests
{
    [Fact]
    public void FindsEverythingInAnInvite()
    {
        byte[] bytes = Text.Message(Samples.Invite);
        SipMessage message = Text.Parse(bytes);

        Assert.True(message.IsRequest);
        Assert.Equal(SipMethod.Invite, message.Method);
        Assert.Equal("INVITE", Text.Of(message.MethodText));
        Assert.Equal("sip:+4930123456@edge.example.net:5060;user=phone", Text.Of(message.RequestUri));
        Assert.Equal(15, message.HeaderCount);
        Assert.Equal("3848276298220188511@192.0.2.10", Text.Of(message.CallId));
        Assert.Equal(314159u, message.CSeqNumber);
        Assert.Equal(SipMethod.Invite, message.CSeqMethod);
        Assert.Equal("INVITE", Text.Of(message.CSeqMethodText));
        Assert.Equal("9fxced76sl", Text.Of(message.FromTag));
        Assert.Equal("9fxced76sl", Text.Of(message.From.Tag));
        Assert.Equal("\"Alice Example\"", Text.Of(message.From.DisplayName));
        Assert.True(message.ToTag.IsEmpty);
        Assert.Equal("sip:+4930123456@edge.example.net;user=phone", Text.Of(message.To.Uri));
        Assert.Equal("z9hG4bK-524287-1---a1b2c3d4e5f60718", Text.Of(message.TopVia.Branch));
        Assert.Equal(70, message.MaxForwards);
        Assert.Equal(100, message.ContentLength);
        Assert.Equal(100, message.Body.Length);
        Assert.StartsWith("v=0\r\n", Text.Of(message.Body));
        Assert.Equal("application/sdp", Text.Of(message.Find(SipHeaderId.ContentType)));
        Assert.False(message.Has(SipHeaderId.Warning));
        Assert.True(message.Find(SipHeaderId.Warning).IsEmpty);

        SipHeader last = message.GetHeader(14);
        Assert.Equal(SipHeaderId.ContentLength, last.Id);
        Assert.Equal("Content-Length", Text.Of(last.Name));
        Assert.Equal("100", Text.Of(last.Value));
        Assert.Equal("Content-Length: 100\r\n", Text.Of(last.Line));
    }

    [Fact]
    public void ReadsAcrossFoldsListsAndCompactNames()
    {
        SipMessage message = Text.Parse(Samples.Folded);

        Assert.Equal(["z9hG4bKone", "z9hG4bKtwo", "z9hG4bKthree"], Branches(message));
        Assert.Equal("first.example.com", Text.Of(message.TopVia.Host));
        Assert.Equal(5061, message.TopVia.Port);
        Assert.Equal("from1", Text.Of(message.FromTag));
        Assert.Equal("\"A \\\"quoted\\\", name\"", Text.Of(message.From.DisplayName));
        Assert.Equal("sip:1001@example.com;transport=udp?subject=a%2cb", Text.Of(message.From.Uri));
        Assert.Equal(7u, message.CSeqNumber);
        Assert.Equal(SipMethod.Invite, message.CSeqMethod);
        Assert.Equal("folded.1@example.com", Text.Of(message.CallId));
        Assert.Equal(0, message.ContentLength);
        Assert.Equal(-1, message.MaxForwards);
        Assert.Equal(
            ["<sip:r1.example.com;lr>", "<sip:r2.example.com;lr>", "<sip:r3.example.com;lr>", "<sip:r4.example.com;lr>"],
            Values(message, SipHeaderId.Route));
        Assert.Equal(
            ["<sip:1001@192.0.2.10>;q=0.5", "\"B, C\" <sip:1001@192.0.2.11>"],
            Values(message, SipHeaderId.Contact));

        Assert.True(message.TryFind(SipHeaderId.Unknown, out SipHeader unknown));
        Assert.Equal("X-Unheard-Of", Text.Of(unknown.Name));
        Assert.Equal("one\r\n  two", Text.Of(unknown.Value));
    }

    [Fact]
    public void ReadsAResponse()
    {
        SipMessage message = Text.Parse(Samples.Ringing);

        Assert.False(message.IsRequest);
        Assert.Equal(180, message.StatusCode);
        Assert.Equal("Ringing", Text.Of(message.ReasonPhrase));
        Assert.Equal(SipMethod.Unknown, message.Method);
        Assert.True(message.RequestUri.IsEmpty);
        Assert.Equal("b", Text.Of(message.ToTag));
        Assert.Equal(["z9hG4bKedge", "z9hG4bKua"], Branches(message));
    }

    [Theory]
    [InlineData("SIP/2.0 200 ", 200, "")]
    [InlineData("SIP/2.0 200", 200, "")]
    [InlineData("sip/2.0 486 Busy Here", 486, "Busy Here")]
    [InlineData("SIP/2.0 699 ", 699, "")]
    public void ReadsStatusLines(string line, int code, string reason)
    {
        SipMessage message = Text.Parse(Samples.Minimal(line));
        Assert.Equal(code, message.StatusCode);
        Assert.Equal(reason, Text.Of(message.ReasonPhrase));
    }

    [Fact]
    public void SkipsLineBreaksBeforeTheMessage()
    {
        SipMessage message = Text.Parse("\r\n\r\n\n" + Samples.Minimal());
        Assert.Equal(SipMethod.Options, message.Method);
        Assert.Equal("minimal@example.com", Text.Of(message.CallId));
    }

    [Fact]
    public void TakesABareLineFeedAsALineBreak()
    {
        byte[] bytes = Text.Bytes(Samples.Invite.ReplaceLineEndings("\n").Replace("Length: 100", "Length: 94"));
        SipMessage message = Text.Parse(bytes);
        Assert.Equal(15, message.HeaderCount);
        Assert.Equal(94, message.Body.Length);
        Assert.Equal("ExamplePhone 2.1.7", Text.Of(message.Find(SipHeaderId.UserAgent)));
    }

    [Fact]
    public void CutsTheBodyAtContentLength()
    {
        SipMessage cut = Text.Parse(Samples.Minimal(with: "Content-Length: 3") + "abcdef");
        Assert.Equal("abc", Text.Of(cut.Body));

        SipMessage whole = Text.Parse(Samples.Minimal() + "abcdef");
        Assert.Equal("abcdef", Text.Of(whole.Body));
        Assert.Equal(-1, whole.ContentLength);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("0068", 68)]
    [InlineData("255", 255)]
    [InlineData("256", 255)]
    [InlineData("99999999999999999999999999", 255)]
    public void ReadsMaxForwards(string value, int hops) =>
        Assert.Equal(hops, Text.Parse(Samples.Minimal(with: "Max-Forwards: " + value)).MaxForwards);

    [Fact]
    public void TakesMethodsAndHeadersItDoesNotKnow()
    {
        SipMessage message = Text.Parse(Samples.Minimal("RE%47IST%45R urn:service:sos SIP/2.0", "CSeq", "CSeq: 1 RE%47IST%45R\r\nstrange.-!%*_+`'~: ;;,,;;,;"));
        Assert.Equal(SipMethod.Unknown, message.Method);
        Assert.Equal("RE%47IST%45R", Text.Of(message.MethodText));
        Assert.Equal("RE%47IST%45R", Text.Of(message.CSeqMethodText));
        Assert.Equal(";;,,;;,;", Text.Of(message.Find(SipHeaderId.Unknown)));
    }

    /// <summary>The index grows past its first capacity, and a header line beyond the limit is refused.</summary>
    [Fact]
    public void KeepsToTheHeaderLimit()
    {
        string many = string.Join("\r\n", Enumerable.Range(0, 195).Select(i => $"X-{i}: {i}"));
        SipMessageIndex index = new(headerCapacity: 1);
        byte[] bytes = Text.Bytes(Samples.Minimal(with: many));
        Assert.True(SipParser.Parse(bytes, index).IsOk);
        Assert.Equal(200, index.HeaderCount);
        Assert.Equal("194", Text.Of(new SipMessage(bytes, index).GetHeader(199).Value));

        SipParseResult oneMore = SipParser.Parse(Text.Bytes(Samples.Minimal(with: many + "\r\nX: 1")), index);
        Assert.Equal(SipParseError.TooManyHeaders, oneMore.Error);
        Assert.False(index.IsIndexed);
    }

    [Fact]
    public void RefusesMoreThanTheLimits()
    {
        byte[] bytes = Text.Bytes(Samples.Minimal());
        Assert.Equal(
            SipParseError.TooLarge, SipParser.Parse(bytes, new(), new SipLimits { MaxMessageLength = bytes.Length - 1 }).Error);
        Assert.Equal(SipParseError.RequestUriTooLong, SipParser.Parse(bytes, new(), new SipLimits { MaxRequestUriLength = 16 }).Error);
        Assert.True(SipParser.Parse(bytes, new(), new SipLimits { MaxRequestUriLength = 17, MaxMessageLength = bytes.Length }).IsOk);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SipLimits { MaxHeaders = 40_000 });
    }

    /// <summary>The index alone finds the lines and looks into no value; the check then refuses what the values say.</summary>
    [Fact]
    public void IndexesWithoutLookingIntoValues()
    {
        byte[] bytes = Text.Bytes(Samples.Minimal("OPTIONS nowhere SIP/2.0", without: "To", with: "To: nobody"));
        SipMessageIndex index = new();
        Assert.True(SipParser.Index(bytes, index).IsOk);
        Assert.Equal("nobody", Text.Of(new SipMessage(bytes, index).Find(SipHeaderId.To)));
        Assert.Equal(SipMethod.Options, new SipMessage(bytes, index).Method);
        Assert.Equal(SipParseError.RequestUri, SipParser.Check(bytes, index).Error);

        Assert.False(SipParser.Index("OPTIONS"u8, index).IsOk);
        Assert.Throws<ArgumentException>(() => SipParser.Check("OPTIONS"u8, index));
    }

    [Fact]
    public void GetHeaderRefusesAnIndexOutsideTheMessage() => Assert.Throws<ArgumentOutOfRangeException>(() =>
    {
        SipMessage message = Text.Parse(Samples.Minimal());
        message.GetHeader(message.HeaderCount);
    });

    /// <summary>Line breaks fall on every place of the 64-byte blocks the parser reads, in messages of every length.</summary>
    [Fact]
    public void FindsLinesAtEveryAlignment()
    {
        for (int padding = 0; padding < 140; padding++)
        {
            string value = new('x', padding);
            byte[] bytes = Text.Bytes(Samples.Minimal(with: $"X: {value}\r\n\tfold"));
            SipMessage message = Text.Parse(bytes);
            Assert.Equal(6, message.HeaderCount);
            Assert.Equal($"{value}\r\n\tfold".TrimStart(), Text.Of(message.GetHeader(5).Value));

            byte[] bare = Text.Bytes(Samples.Minimal(with: $"X: {value}\rz"));
            SipParseResult result = SipParser.Parse(bare, new SipMessageIndex());
            Assert.Equal(new SipParseResult(SipParseError.HeaderLine, Array.LastIndexOf(bare, (byte)'z') - 1), result);
        }
    }

    private static List<string> Values(SipMessage message, SipHeaderId id)
    {
        List<string> values = [];
        foreach (ReadOnlySpan<byte> value in message.Values(id))
        {
            values.Add(Text.Of(value));
        }

        return values;
    }

    private static List<string> Branches(SipMessage message)
    {
        List<string> branches = [];
        foreach (ReadOnlySpan<byte> value in message.Values(SipHeaderId.Via))
        {
            Assert.True(SipVia.TryParse(value, out SipVia via));
            branches.Add(Text.Of(via.Branch));
        }

        return branches;
    }
}
