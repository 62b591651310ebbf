using System.Text.Json;
using HotPath.Testing;

namespace HotPath.Sip.Tests;

/// <summary>Guards: every recorded message of RFC 4475 is taken or refused as that document says, and the good ones survive forwarding.</summary>
public class TortureTests(ITestOutputHelper output)
{
    private const string Folder = "corpus/rfc4475/";

    [Fact]
    public void TakesAndRefusesAsTheDocumentSays()
    {
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllBytes(SharedFiles.Require(Folder + "manifest.json")));
        SipMessageIndex index = new();
        int cases = 0;
        Assert.All(manifest.RootElement.GetProperty("messages").EnumerateArray(), entry =>
        {
            string name = entry.GetProperty("name").GetString()!;
            byte[] bytes = File.ReadAllBytes(SharedFiles.Require(Folder + entry.GetProperty("file").GetString()));
            SipParseResult result = SipParser.Parse(bytes, index);
            Assert.True(entry.GetProperty("well_formed").GetBoolean() == result.IsOk, $"{name}: {result}");
            if (result.IsOk)
            {
                Assert.Equal(entry.GetProperty("body_bytes").GetInt32(), new SipMessage(bytes, index).Body.Length);
                if (new SipMessage(bytes, index).IsRequest) AssertForwardsUnchanged(bytes, index);
            }

            if (Expected.TryGetValue(name, out SipParseError error)) Assert.Equal(error, result.Error);

            cases++;
        });
        output.WriteLine($"{cases} messages");
        Assert.NotEqual(0, cases);
    }

    /// <summary>What is wrong with the ones that are wrong, where the document leaves one reading.</summary>
    private static readonly Dictionary<string, SipParseError> Expected = new()
    {
        ["clerr"] = SipParseError.ContentLength,
        ["ncl"] = SipParseError.ContentLength,
        ["scalar02"] = SipParseError.CSeq,
        ["quotbal"] = SipParseError.To,
        ["ltgtruri"] = SipParseError.RequestUri,
        ["lwsruri"] = SipParseError.RequestUri,
        ["regbadct"] = SipParseError.Contact,
        ["badaspec"] = SipParseError.To,
        ["badvers"] = SipParseError.Version,
        ["mismatch01"] = SipParseError.CSeq,
        ["mismatch02"] = SipParseError.CSeq,
        ["multi01"] = SipParseError.DuplicateHeader,
    };

    private static void AssertForwardsUnchanged(byte[] bytes, SipMessageIndex index)
    {
        SipMessage received = new(bytes, index);
        byte[] destination = new byte[bytes.Length + 500];
        RequestEdits edits = new() { Via = "SIP/2.0/UDP 198.51.100.1;branch=z9hG4bKedge"u8 };
        Assert.True(SipForwarding.TryWriteRequest(received, edits, destination, out int written));

        SipMessage forwarded = Text.Parse(destination[..written]);
        int added = received.MaxForwards < 0 ? 2 : 1;
        Assert.Equal(received.HeaderCount + added, forwarded.HeaderCount);
        for (int i = 0; i < received.HeaderCount; i++)
        {
            SipHeader before = received.GetHeader(i);
            SipHeader after = forwarded.GetHeader(i + added);
            if (before.Id != SipHeaderId.MaxForwards) Assert.Equal(Text.Of(before.Line), Text.Of(after.Line));
        }

        Assert.True(received.Body.SequenceEqual(forwarded.Body));
    }
}
