using System.Text.Json;
using HotPath.Sip.Fuzz;
using HotPath.Testing;

namespace HotPath.Sip.Tests;

/// <summary>
/// Guards: every message of RFC 4475 and RFC 5118 is taken or refused by the parser as those documents say, and what is taken survives
/// forwarding. What the edge then does with each is in the edge's own tests.
/// </summary>
public class TortureTests(ITestOutputHelper output)
{
    public static TheoryData<string, SipParseError> Verdicts => new()
    {
        // RFC 4475 §3.1.1, valid messages.
        { "wsinv", SipParseError.None },
        { "intmeth", SipParseError.None },
        { "esc01", SipParseError.None },
        { "escnull", SipParseError.None },
        { "esc02", SipParseError.None },
        { "lwsdisp", SipParseError.None },
        { "longreq", SipParseError.None },
        { "dblreq", SipParseError.None },
        { "semiuri", SipParseError.None },
        { "transports", SipParseError.None },
        { "mpart01", SipParseError.None },
        { "unreason", SipParseError.None },
        { "noreason", SipParseError.None },

        // §3.1.2, invalid messages. A date no proxy reads is no reason to refuse a call.
        { "badinv01", SipParseError.Via },
        { "clerr", SipParseError.ContentLength },
        { "ncl", SipParseError.ContentLength },
        { "scalar02", SipParseError.CSeq },
        { "scalarlg", SipParseError.CSeq },
        { "quotbal", SipParseError.To },
        { "ltgtruri", SipParseError.RequestUri },
        { "lwsruri", SipParseError.RequestUri },
        { "lwsstart", SipParseError.RequestUri },
        { "trws", SipParseError.StartLine },
        { "escruri", SipParseError.RequestUri },
        { "baddate", SipParseError.None },
        { "regbadct", SipParseError.Contact },
        { "badaspec", SipParseError.To },
        { "baddn", SipParseError.From },
        { "badvers", SipParseError.Version },
        { "mismatch01", SipParseError.CSeq },
        { "mismatch02", SipParseError.UnknownMethod },
        { "bigcode", SipParseError.Status },

        // §3.2, transaction layer, and §3.3, application layer.
        { "badbranch", SipParseError.None },
        { "insuf", SipParseError.MissingHeader },
        { "unkscm", SipParseError.None },
        { "novelsc", SipParseError.None },
        { "unksm2", SipParseError.None },
        { "bext01", SipParseError.None },
        { "invut", SipParseError.None },
        { "regaut01", SipParseError.None },
        { "multi01", SipParseError.DuplicateHeader },
        { "mcl01", SipParseError.DuplicateHeader },
        { "bcast", SipParseError.None },
        { "zeromf", SipParseError.None },
        { "cparam01", SipParseError.None },
        { "cparam02", SipParseError.None },
        { "regescrt", SipParseError.None },
        { "sdp01", SipParseError.None },

        // §3.4, backward compatibility.
        { "inv2543", SipParseError.None },

        // RFC 5118. The three colons are the grammar's own mistake, and may be let through (§4.10).
        { "ipv6-good", SipParseError.None },
        { "ipv6-bad", SipParseError.RequestUri },
        { "port-ambiguous", SipParseError.None },
        { "port-unambiguous", SipParseError.None },
        { "via-received-param-with-delim", SipParseError.None },
        { "via-received-param-no-delim", SipParseError.None },
        { "ipv6-in-sdp", SipParseError.None },
        { "mult-ip-in-header", SipParseError.None },
        { "mult-ip-in-sdp", SipParseError.None },
        { "ipv4-mapped-ipv6", SipParseError.None },
        { "ipv6-bug-abnf-3-colons", SipParseError.None },
        { "ipv6-correct-abnf-2-colons", SipParseError.None },
    };

    [Theory]
    [MemberData(nameof(Verdicts))]
    public void TakesAndRefusesAsTheDocumentsSay(string name, SipParseError verdict)
    {
        byte[] bytes = TortureMessage.Find(name).Bytes;
        SipMessageIndex index = new();
        SipParseResult result = SipParser.Parse(bytes, index);
        Assert.Equal(verdict, result.Error);

        SipMessage message = new(bytes, index);
        if (result.IsOk && message.IsRequest) RoundTrip.AssertForwardsUnchanged(message);
    }

    [Fact]
    public void EveryMessageHasAVerdict() =>
        Assert.Equal(TortureMessage.All.Select(message => message.Name), Verdicts.Select(row => row.Data.Item1));

    /// <summary>What the messages are about is read out of them right.</summary>
    [Fact]
    public void ReadsWhatTheMessagesAreAbout()
    {
        SipMessage wsinv = Parse("wsinv");
        Assert.Equal("1918181833n", Text.Of(wsinv.ToTag));
        Assert.Equal("98asjd8", Text.Of(wsinv.FromTag));
        Assert.Equal((68, 9u), (wsinv.MaxForwards, wsinv.CSeqNumber));
        Assert.Equal("\"J Rosenberg \\\\\\\"\"", Text.Of(wsinv.From.DisplayName));

        SipMessage esc01 = Parse("esc01");
        Assert.True(SipUri.TryParse(esc01.RequestUri, out SipUri escaped));
        Assert.Equal(("sips%3Auser%40example.com", "example.net"), (Text.Of(escaped.User), Text.Of(escaped.Host)));

        Assert.True(SipUri.TryParse(Parse("semiuri").RequestUri, out SipUri semicolon));
        Assert.Equal(("user;par=u%40example.net", ""), (Text.Of(semicolon.User), Text.Of(semicolon.Parameters)));

        Assert.True(SipUri.TryParse(Parse("intmeth").RequestUri, out SipUri wide));
        Assert.Equal("1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*", Text.Of(wide.User));
        Assert.Equal("&it+has=1,weird!*pas$wo~d_too.(doesn't-it)", Text.Of(wide.Password));

        Assert.True(SipUri.TryParse(Parse("port-ambiguous").RequestUri, out SipUri ambiguous));
        Assert.Equal(("[2001:db8::10:5070]", 0), (Text.Of(ambiguous.Host), ambiguous.Port));
        Assert.True(SipUri.TryParse(Parse("port-unambiguous").RequestUri, out SipUri unambiguous));
        Assert.Equal(("[2001:db8::10]", 5070), (Text.Of(unambiguous.Host), unambiguous.Port));

        Assert.Equal(553, Parse("mpart01").Body.Length);
        Assert.True(Parse("dblreq").Body.IsEmpty);
        Assert.True(Parse("noreason").ReasonPhrase.IsEmpty);
        Assert.True(SipNameAddr.TryParse(Parse("cparam01").Find(SipHeaderId.Contact), out SipNameAddr contact));
        Assert.Equal(";unknownparam", Text.Of(contact.Parameters));
        Assert.True(SipNameAddr.TryParse(Parse("regescrt").Find(SipHeaderId.Contact), out contact));
        Assert.True(contact.Parameters.IsEmpty);
    }

    /// <summary>The messages kept here are those of the RFC's own archive, to the byte.</summary>
    [Fact]
    public void AreTheArchivedBytes()
    {
        const string folder = "corpus/rfc4475/";
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllBytes(SharedFiles.Require(folder + "manifest.json")));
        int cases = 0;
        Assert.All(manifest.RootElement.GetProperty("messages").EnumerateArray(), entry =>
        {
            string name = entry.GetProperty("name").GetString()!;
            byte[] archived = File.ReadAllBytes(SharedFiles.Require(folder + entry.GetProperty("file").GetString()));
            byte[] kept = TortureMessage.Find(name).Bytes;
            Assert.Equal(Convert.ToHexString(archived), Convert.ToHexString(name == "baddn" ? kept[..^2] : kept));
            cases++;
        });
        output.WriteLine($"{cases} messages");
        Assert.NotEqual(0, cases);
    }

    private static SipMessage Parse(string name) => Text.Parse(TortureMessage.Find(name).Bytes);
}
