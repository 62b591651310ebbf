using System.Diagnostics;

namespace HotPath.Sip.Tests;

/// <summary>
/// Guards: no bytes make the parser, its views or the writers throw, look beyond the message, or take longer than the length of the
/// message allows.
/// </summary>
public class RobustnessTests(ITestOutputHelper output)
{
    private static readonly byte[][] s_seeds =
    [
        Text.Message(Samples.Invite),
        Text.Message(Samples.Folded),
        Text.Message(Samples.Ringing),
        Text.Bytes(Samples.Minimal(with: "Contact: *")),
    ];

    private static readonly SipLimits s_manyHeaders = new() { MaxHeaders = 32_000 };

    private static readonly string[] s_fragments =
    [
        "\r\n", "\r", "\n", "\r\n ", "\r\n\r\n", ":", ";", ",", "\"", "\\", "<", ">", "@", "=", "?", "%", "[", "]", " ", "\t", "\0", "\u00FF",
        ";received=1;maddr=h;ttl=1", ";=", ";;", "=;", "; ", "\"A\" ", "\"A\\\"", "SIP/2.0", "Via:", "v:", "To:", "CSeq: 1 INVITE", "Content-Length: 5", "4294967296", "99999999999999999999", ";tag=", ";rport", "sip:", "::",
    ];

    /// <summary>
    /// Every mutated message is parsed twice, alone and with hostile bytes around it: the same outcome means that nothing outside was
    /// looked at. Whatever was indexed is then read and written in every way there is.
    /// </summary>
    [Fact]
    public void SurvivesMutations()
    {
        Random random = new(3261);
        SipMessageIndex index = new();
        SipMessageIndex embeddedIndex = new();
        byte[] destination = new byte[8192];
        int accepted = 0;
        const int rounds = 40_000;
        for (int round = 0; round < rounds; round++)
        {
            byte[] message = Mutate(random, s_seeds[random.Next(s_seeds.Length)]);
            SipParseResult result = SipParser.Parse(message, index);
            Read(new SipMessage(message, index), destination);
            if (result.IsOk) accepted++;

            byte[] surrounded = [.. "a: b\r\n\r"u8, .. message, .. "\n:\"<>;tag=x\r\n\r\n"u8];
            ReadOnlySpan<byte> inside = surrounded.AsSpan(7, message.Length);
            Assert.Equal(result, SipParser.Parse(inside, embeddedIndex));
            Assert.Equal(index.HeaderCount, embeddedIndex.HeaderCount);
            Assert.True(new SipMessage(message, index).ToTag.SequenceEqual(new SipMessage(inside, embeddedIndex).ToTag));
        }

        output.WriteLine($"{rounds} messages, {accepted} of them accepted");
        Assert.InRange(accepted, rounds / 50, rounds - 1);
    }

    /// <summary>What is accepted can be forwarded, and the next hop accepts it too.</summary>
    [Fact]
    public void WhatIsAcceptedIsAcceptedAgain()
    {
        Random random = new(2543);
        SipMessageIndex index = new();
        SipMessageIndex forwardedIndex = new();
        byte[] destination = new byte[8192];
        int forwarded = 0;
        RequestEdits edits = new()
        {
            Via = "SIP/2.0/UDP 198.51.100.1;branch=z9hG4bKedge"u8,
            Source = new SipEndpoint(SipTransportKind.Udp, System.Net.IPAddress.Loopback, 5060),
            RoutesToRemove = 1,
        };
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = Mutate(random, s_seeds[random.Next(s_seeds.Length)]);
            SipParseResult result = SipParser.Parse(bytes, index);
            SipMessage message = new(bytes, index);
            if (!result.IsOk || !message.IsRequest) continue;

            Assert.True(SipForwarding.TryWriteRequest(message, edits, destination, out int written));
            SipParseResult again = SipParser.Parse(destination.AsSpan(0, written), forwardedIndex);
            Assert.True(again.IsOk, $"{again}\n{Text.Of(bytes)}\n{Text.Of(destination.AsSpan(0, written))}");
            Assert.True(message.Body.SequenceEqual(new SipMessage(destination, forwardedIndex).Body));
            forwarded++;
        }

        output.WriteLine($"{forwarded} messages forwarded");
        Assert.NotEqual(0, forwarded);
    }

    public static TheoryData<string, string, string> Heavy => new()
    {
        { "headers", "", "X: y\r\n" },
        { "folds", "X: ", "y\r\n " },
        { "blank folds", "X: ", "\r\n " },
        { "quotes", "Contact: \"", "\\\"" },
        { "open brackets", "Contact: ", "<," },
        { "commas", "Contact: ", "," },
        { "contacts", "Contact: <sip:a@b>", ",<sip:a@b>" },
        { "parameters", "Contact: <sip:a@b>", ";x=y" },
        { "unknown names", "", "x-long-name-nobody-knows-but-everybody-has-to-read: y\r\n" },
        { "vias", "Via: SIP/2.0/UDP a", ", SIP/2.0/UDP a" },
        { "bare returns", "X: ", "\r" },
    };

    /// <summary>
    /// Eight messages of 8 kB take about as long as one of 64 kB; a parser that looks back takes eight times as long for the one. Both are
    /// timed in turn and the best of several runs counts, because a busy machine only adds.
    /// </summary>
    [Theory]
    [MemberData(nameof(Heavy))]
    public void TakesTimeInProportion(string kind, string start, string repeated)
    {
        byte[] small = Fill(8_000, start, repeated);
        byte[] large = Fill(64_000, start, repeated);
        SipMessageIndex index = new();
        double bestOfSmall = double.MaxValue;
        double bestOfLarge = double.MaxValue;
        for (int run = 0; run < 15; run++)
        {
            bestOfSmall = Math.Min(bestOfSmall, Time(small, index, times: 8));
            bestOfLarge = Math.Min(bestOfLarge, Time(large, index, times: 1));
        }

        output.WriteLine($"{kind}: 8 x 8 kB {bestOfSmall:F0} ns, 64 kB {bestOfLarge:F0} ns, ratio {bestOfLarge / bestOfSmall:F2}");
        Assert.InRange(bestOfLarge / bestOfSmall, 0, 4);
    }

    private static double Time(byte[] message, SipMessageIndex index, int times)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < times; i++)
        {
            SipParser.Parse(message, index, s_manyHeaders);
            foreach (ReadOnlySpan<byte> value in new SipMessage(message, index).Values(SipHeaderId.Via))
            {
                SipVia.TryParse(value, out _);
            }
        }

        return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    }

    private static byte[] Fill(int length, string start, string repeated)
    {
        int count = length / repeated.Length;
        return Text.Bytes(Samples.Minimal(with: start + string.Concat(Enumerable.Repeat(repeated, count)).TrimEnd('\n').TrimEnd('\r')));
    }

    private static byte[] Mutate(Random random, byte[] seed)
    {
        List<byte> bytes = [.. seed];
        for (int change = random.Next(1, 5); change > 0; change--)
        {
            int at = random.Next(bytes.Count + 1);
            byte[] fragment = Text.Bytes(s_fragments[random.Next(s_fragments.Length)]);
            switch (random.Next(6))
            {
                case 0 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1 when at < bytes.Count:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 40), bytes.Count - at));
                    break;
                case 2:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 3:
                    int from = random.Next(bytes.Count + 1);
                    bytes.InsertRange(at, bytes.Slice(from, Math.Min(random.Next(80), bytes.Count - from)).ToArray());
                    break;
                default:
                    bytes.InsertRange(at, fragment);
                    break;
            }
        }

        return [.. bytes];
    }

    private static void Read(SipMessage message, byte[] destination)
    {
        int touched = message.MethodText.Length + message.RequestUri.Length + message.ReasonPhrase.Length + message.CallId.Length
            + message.CSeqMethodText.Length + message.FromTag.Length + message.ToTag.Length + message.Body.Length
            + message.From.Uri.Length + message.To.DisplayName.Length + message.TopVia.Branch.Length;
        for (int i = 0; i < message.HeaderCount; i++)
        {
            SipHeader header = message.GetHeader(i);
            touched += header.Name.Length + header.Value.Length + header.Line.Length;
        }

        foreach (SipHeaderId id in (ReadOnlySpan<SipHeaderId>)[SipHeaderId.Via, SipHeaderId.Contact, SipHeaderId.Route, SipHeaderId.RecordRoute])
        {
            foreach (ReadOnlySpan<byte> value in message.Values(id))
            {
                if (SipNameAddr.TryParse(value, out SipNameAddr address) && SipUri.TryParse(address.Uri, out SipUri uri))
                {
                    uri.TryGetParameter("lr"u8, out _);
                    touched += uri.Host.Length;
                }

                if (SipVia.TryParse(value, out SipVia via) && via.TryGetParameter("x"u8, out ReadOnlySpan<byte> x)) touched += x.Length;
            }
        }

        Assert.True(touched >= 0);
        AssertSame(message.From, message.Find(SipHeaderId.From));
        AssertSame(message.To, message.Find(SipHeaderId.To));
        AssertSameVia(message);
        SipResponses.TryWrite(message, new ResponseParts { StatusCode = 400, ToTag = "t"u8 }, destination, out _);
        if (!message.Index.IsIndexed) return;

        SipForwarding.TryWriteRequest(message, new RequestEdits { Via = "SIP/2.0/UDP a"u8, RoutesToRemove = 2 }, destination, out _);
        SipForwarding.TryWriteResponse(message, destination, out _);
        SipRequests.TryWriteCancel(message, destination, out _);
        SipRequests.TryWriteAck(message, message, destination, out _);
    }

    /// <summary>The message's own view, which knows the usual form in one step, agrees with the one that reads any form.</summary>
    private static void AssertSame(SipNameAddr fromMessage, ReadOnlySpan<byte> value)
    {
        SipNameAddr.TryParse(value, out SipNameAddr fromValue);
        Assert.True(
            fromMessage.DisplayName.SequenceEqual(fromValue.DisplayName) && fromMessage.Uri.SequenceEqual(fromValue.Uri)
            && fromMessage.Parameters.SequenceEqual(fromValue.Parameters) && fromMessage.Tag.SequenceEqual(fromValue.Tag),
            Text.Of(value));
    }

    private static void AssertSameVia(SipMessage message)
    {
        SipHeaderValues values = message.Values(SipHeaderId.Via);
        SipVia fromValue = default;
        if (values.MoveNext()) SipVia.TryParse(values.Current, out fromValue);

        SipVia via = message.TopVia;
        Assert.True(
            via.Transport.SequenceEqual(fromValue.Transport) && via.Host.SequenceEqual(fromValue.Host) && via.Port == fromValue.Port
            && via.Branch.SequenceEqual(fromValue.Branch) && via.Received.SequenceEqual(fromValue.Received) && via.RPort == fromValue.RPort
            && via.Maddr.SequenceEqual(fromValue.Maddr) && via.Ttl == fromValue.Ttl && via.Parameters.SequenceEqual(fromValue.Parameters),
            Text.Of(values.Current));
    }
}
