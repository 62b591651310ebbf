using System.Diagnostics;
using HotPath.Sip.Fuzz;

namespace HotPath.Sip.Tests;

/// <summary>
/// Guards: no bytes make the parser, its views or the writers throw, look beyond the message, or take longer than the length of the
/// message allows.
/// </summary>
public class RobustnessTests(ITestOutputHelper output)
{
    private const int Rounds = 2_500;
    private const int LeastRuns = 10;
    private const int MostRuns = 200;
    private const double MostRatio = 10;

    private static readonly SipLimits s_manyHeaders = new() { MaxHeaders = 32_000 };

    /// <summary>Thousands of broken messages, each read and written in every way there is: what is checked stands in <see cref="SipFuzzer"/>.</summary>
    [Fact]
    public void SurvivesBrokenMessages()
    {
        using SipFuzzer fuzzer = new(seed: 3261);
        for (int round = 0; round < Rounds; round++)
        {
            try
            {
                fuzzer.RunRound(round);
            }
            catch (Exception failure)
            {
                Assert.Fail($"Round {round}: {failure}\n\n{fuzzer.Describe()}");
            }
        }

        output.WriteLine($"{Rounds} messages, {fuzzer.Accepted} of them accepted");
        Assert.InRange(fuzzer.Accepted, Rounds / 20, Rounds - 1);
    }

    /// <summary>Every way of writing a good message is taken, and goes on unchanged.</summary>
    [Fact]
    public void TakesAndForwardsWhateverTheGrammarAllows()
    {
        MessageGenerator generator = new(new Random(4475));
        for (int round = 0; round < Rounds; round++)
        {
            byte[] bytes = generator.Next();
            SipMessageIndex index = new();
            SipParseResult result = SipParser.Parse(bytes, index);
            Assert.True(result.IsOk, $"{result}\n{Text.Of(bytes)}");

            SipMessage message = new(bytes, index);
            if (message.IsRequest) RoundTrip.AssertForwardsUnchanged(message);
            else RoundTrip.AssertGoesBackUnchanged(message);
        }
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
    /// 64 kB take at most ten times as long as 8 kB; a parser that looks back takes 64 times as long. Both are timed in turn and the best
    /// of several runs counts, because a busy machine only adds.
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
        for (int run = 0; run < LeastRuns || (run < MostRuns && bestOfLarge > MostRatio * bestOfSmall); run++)
        {
            bestOfSmall = Math.Min(bestOfSmall, Time(small, index, times: 8) / 8);
            bestOfLarge = Math.Min(bestOfLarge, Time(large, index, times: 1));
        }

        output.WriteLine($"{kind}: 8 kB {bestOfSmall:F0} ns, 64 kB {bestOfLarge:F0} ns, ratio {bestOfLarge / bestOfSmall:F2}");
        Assert.InRange(bestOfLarge / bestOfSmall, 0, MostRatio);
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
}
