namespace HotPath.Sip.Tests;

/// <summary>
/// Guards: the typed views of header values read what their grammars allow, white space and folds included, refuse the rest, and are
/// forgiving where an RFC asks for it.
/// </summary>
public class HeaderViewTests
{
    [Theory]
    [InlineData("3600", 3600, "", "")]
    [InlineData("0", 0, "", "")]
    [InlineData("  18 ;duration=3600", 18, "", ";duration=3600")]
    [InlineData("120 (I'm in a (long\\) ) meeting)", 120, "(I'm in a (long\\) ) meeting)", "")]
    [InlineData("120\r\n (x)\r\n ; duration = 5", 120, "(x)", "; duration = 5")]
    [InlineData("90;x;y=\"a;b\"", 90, "", ";x;y=\"a;b\"")]
    [InlineData("4294967295", uint.MaxValue, "", "")]
    [InlineData("949302838503028349304023988", uint.MaxValue, "", "")]
    public void DeltaSeconds(string text, uint seconds, string comment, string parameters)
    {
        Assert.True(SipDeltaSeconds.TryParse(Text.Bytes(text), out SipDeltaSeconds view));
        Assert.Equal((seconds, comment, parameters), (view.Seconds, Text.Of(view.Comment), Text.Of(view.Parameters)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("soon")]
    [InlineData("12x")]
    [InlineData("12 (open")]
    [InlineData("12 13")]
    [InlineData("12;")]
    public void NoDeltaSeconds(string text) => Assert.False(SipDeltaSeconds.TryParse(Text.Bytes(text), out _));

    [Theory]
    [InlineData("1800", 1800, SipRefresher.None)]
    [InlineData("1800;refresher=uac", 1800, SipRefresher.Uac)]
    [InlineData("90 ; REFRESHER = UAS ; x", 90, SipRefresher.Uas)]
    [InlineData("90;refresher=me", 90, SipRefresher.None)]
    public void SessionExpires(string text, uint seconds, SipRefresher refresher)
    {
        Assert.True(SipSessionExpires.TryParse(Text.Bytes(text), out SipSessionExpires view));
        Assert.Equal((seconds, refresher), (view.Seconds, view.Refresher));
        Assert.False(SipSessionExpires.TryParse(Text.Bytes("x" + text), out _));
    }

    [Theory]
    [InlineData("776656 1 INVITE", 776656, 1, SipMethod.Invite)]
    [InlineData("1\r\n 2\t UNKNOWN", 1, 2, SipMethod.Unknown)]
    public void RAck(string text, uint response, uint cseq, SipMethod method)
    {
        Assert.True(SipRAck.TryParse(Text.Bytes(text), out SipRAck view));
        Assert.Equal((response, cseq, method), (view.ResponseNumber, view.CSeqNumber, view.Method));
        Assert.EndsWith(Text.Of(view.MethodText), text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1 2")]
    [InlineData("1 INVITE")]
    [InlineData("x 2 INVITE")]
    [InlineData("4294967296 2 INVITE")]
    [InlineData("1 2147483648 INVITE")]
    [InlineData("1 2 INVITE x")]
    public void NoRAck(string text) => Assert.False(SipRAck.TryParse(Text.Bytes(text), out _));

    [Theory]
    [InlineData("98732@sip.example.com;from-tag=r33th4x0r;to-tag=ff87ff", "98732@sip.example.com", "ff87ff", "r33th4x0r", false)]
    [InlineData("a ; to-tag=1\r\n ;x;from-tag = 2;early-only", "a", "1", "2", true)]
    public void Replaces(string text, string callId, string toTag, string fromTag, bool earlyOnly)
    {
        Assert.True(SipReplaces.TryParse(Text.Bytes(text), out SipReplaces view));
        Assert.Equal((callId, toTag, fromTag, earlyOnly), (Text.Of(view.CallId), Text.Of(view.ToTag), Text.Of(view.FromTag), view.EarlyOnly));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a@b")]
    [InlineData("a@b;to-tag=1")]
    [InlineData("a@b;from-tag=1")]
    [InlineData(";to-tag=1;from-tag=2")]
    [InlineData("a b;to-tag=1;from-tag=2")]
    [InlineData("a@b;to-tag=1;from-tag=2;to-tag=3")]
    [InlineData("a@b;to-tag=1;from-tag=2;from-tag=2")]
    [InlineData("a@b;to-tag=1;from-tag=2;;")]
    public void NoReplaces(string text) => Assert.False(SipReplaces.TryParse(Text.Bytes(text), out _));

    [Theory]
    [InlineData("<tel:+4930123>;reason=unconditional;counter=3", "tel:+4930123", "unconditional", 3)]
    [InlineData("\"Bob\" <sip:bob@example.com>;reason=\"user-busy\"", "sip:bob@example.com", "user-busy", 1)]
    [InlineData("<sip:bob@example.com>;counter=0", "sip:bob@example.com", "", 1)]
    [InlineData("<sip:bob@example.com>;counter=many", "sip:bob@example.com", "", 1)]
    public void Diversion(string text, string uri, string reason, int counter)
    {
        Assert.True(SipDiversion.TryParse(Text.Bytes(text), out SipDiversion view));
        Assert.Equal((uri, reason, counter), (Text.Of(view.Address.Uri), Text.Of(view.Reason), view.Counter));
        Assert.False(SipDiversion.TryParse("nobody"u8, out _));
    }

    /// <summary>Of a repeated cause the first counts; what cannot be read takes nothing away from what can.</summary>
    [Theory]
    [InlineData("Q.850;cause=16;text=\"Terminated\"", "Q.850", 16, "Terminated", true)]
    [InlineData("q.850 ;\r\n cause = 31", "q.850", 31, "", true)]
    [InlineData("SIP;text=\"a, \\\"b\\\"\";cause=200", "SIP", 200, "a, \\\"b\\\"", false)]
    [InlineData("Q.850;cause=16;cause=17", "Q.850", 16, "", true)]
    [InlineData("Q.850;cause=x;cause=17", "Q.850", SipReason.NoCause, "", true)]
    [InlineData("Q.850;cause=4294967296", "Q.850", SipReason.NoCause, "", true)]
    [InlineData("Q.850;cause=16;text=Normal call clearing", "Q.850", 16, "Normal", true)]
    [InlineData("preemption", "preemption", SipReason.NoCause, "", false)]
    public void Reason(string text, string protocol, int cause, string words, bool isQ850)
    {
        Assert.True(SipReason.TryParse(Text.Bytes(text), out SipReason view));
        Assert.Equal((protocol, cause, words, isQ850), (Text.Of(view.Protocol), view.Cause, Text.Of(view.Text), view.IsQ850));
    }

    [Theory]
    [InlineData("")]
    [InlineData(";cause=16")]
    [InlineData("SIP cause=200")]
    public void NoReason(string text) => Assert.False(SipReason.TryParse(Text.Bytes(text), out _));

    [Theory]
    [InlineData("307 isi.edu \"Session parameter 'foo' not understood\"", 307, "isi.edu", "Session parameter 'foo' not understood")]
    [InlineData("399\r\n [2001:db8::1]:5060\t\"\"", 399, "[2001:db8::1]:5060", "")]
    public void Warning(string text, int code, string agent, string words)
    {
        Assert.True(SipWarning.TryParse(Text.Bytes(text), out SipWarning view));
        Assert.Equal((code, agent, words), (view.Code, Text.Of(view.Agent), Text.Of(view.Text)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("307")]
    [InlineData("307 isi.edu")]
    [InlineData("307 isi.edu text")]
    [InlineData("307 isi.edu \"open")]
    [InlineData("099 isi.edu \"low\"")]
    [InlineData("1812 overture \"In Progress\"")]
    public void NoWarning(string text) => Assert.False(SipWarning.TryParse(Text.Bytes(text), out _));

    [Theory]
    [InlineData("Privacy: id", SipPrivacy.Id)]
    [InlineData("Privacy: header ; USER;critical", SipPrivacy.Header | SipPrivacy.User | SipPrivacy.Critical)]
    [InlineData("Privacy: session\r\nPrivacy: history, none;what", SipPrivacy.Session | SipPrivacy.History | SipPrivacy.None)]
    [InlineData("X: id", SipPrivacy.Unspecified)]
    public void Privacy(string lines, SipPrivacy privacy) => Assert.Equal(privacy, Text.Parse(Samples.Minimal(with: lines)).Privacy);

    [Fact]
    public void TokensNumbersAndIdentitiesOfAMessage()
    {
        SipMessage message = Text.Parse(Samples.Minimal(with: """
            Supported: 100rel , Timer
            k: replaces
            RSeq: 988789
            P-Asserted-Identity: "Alice" <sip:1001@example.com>, <tel:+4930123>
            """));
        Assert.True(message.ContainsToken(SipHeaderId.Supported, "timer"u8));
        Assert.True(message.ContainsToken(SipHeaderId.Supported, "replaces"u8));
        Assert.False(message.ContainsToken(SipHeaderId.Supported, "time"u8));
        Assert.False(message.ContainsToken(SipHeaderId.Require, "timer"u8));
        Assert.True(message.TryGetNumber(SipHeaderId.RSeq, out uint rseq));
        Assert.Equal(988789u, rseq);
        Assert.False(message.TryGetNumber(SipHeaderId.Expires, out _));

        List<string> identities = [];
        foreach (ReadOnlySpan<byte> value in message.Values(SipHeaderId.PAssertedIdentity))
        {
            Assert.True(SipNameAddr.TryParse(value, out SipNameAddr identity));
            identities.Add(Text.Of(identity.Uri));
        }

        Assert.Equal(["sip:1001@example.com", "tel:+4930123"], identities);
    }
}
