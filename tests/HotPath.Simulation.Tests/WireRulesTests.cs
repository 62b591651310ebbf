using HotPath.Testing;

namespace HotPath.Simulation.Tests;

/// <summary>Promise: the rules of the wire notice the mistakes they are there for. Each is made on the edge's behalf, and seen.</summary>
public sealed class WireRulesTests
{
    private const int Calls = 60;

    public static TheoryData<WireRule> Rules => [.. Enum.GetValues<WireRule>()];

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_mistake_is_noticed(WireRule rule)
    {
        var simulation = new EdgeSimulation(seed: 11, SimulationPlan.Quiet, new SimulationMistakes { Wire = FaultOf(rule) });
        simulation.Play(Calls);
        Assert.Contains(simulation.Rules.Violations, violation => violation.Rule == rule);
    }

    [Fact]
    public void Without_a_mistake_nothing_is_noticed()
    {
        var simulation = new EdgeSimulation(seed: 11, SimulationPlan.Quiet);
        simulation.Play(Calls);
        Assert.Empty(simulation.Rules.Violations);
    }

    private static WireFault FaultOf(WireRule rule)
    {
        int count = 0;
        return rule switch
        {
            WireRule.WellFormed => With("SIP/2.0 180", text => [text[..(text.IndexOf("CSeq", StringComparison.Ordinal) + 6)]]),
            WireRule.ResponseToRequest => With("SIP/2.0 180", text => [Replace(text, "branch=z9hG4bK", "branch=z9hG4bKother")]),
            WireRule.OneFinalResponse => With("SIP/2.0 4", text => [text, Replace(text, "SIP/2.0 4", "SIP/2.0 6")], "INVITE"),
            WireRule.NothingAfterFinal => With("SIP/2.0 200", text => [text, Replace(text, "SIP/2.0 200", "SIP/2.0 180")], "INVITE"),
            WireRule.TryingInTime => With("SIP/2.0 100", Lose),
            WireRule.FinalForEveryRequest => With("SIP/2.0 408", Lose),
            WireRule.SuccessForwarded => With("SIP/2.0 200", Lose, "INVITE"),
            WireRule.RejectionAnswered => With("SIP/2.0 6", Lose, "INVITE"),
            WireRule.RejectionAcknowledged => With("ACK ", text => IsForwarded(text) ? [text] : []),
            WireRule.AckForwarded or WireRule.AckBeforeByeToCallee => With("ACK ", text => IsForwarded(text) ? [] : [text]),
            WireRule.RequestForwarded => With("UPDATE ", Lose),
            WireRule.ResponseForwarded => With("SIP/2.0 200", Lose, "BYE"),
            WireRule.EndToEndUnchanged => With("INVITE ", text => [Replace(text, "Max-Forwards: 69", "Max-Forwards: 70")]),
            WireRule.RecordRouted => With("INVITE ", text => [Replace(text, "Record-Route:", "X-Record-Route:")]),
            WireRule.RepeatsAreIdentical => With("INVITE ", text => [Replace(text, "Max-Forwards:", $"X-Count: {count++}\r\nMax-Forwards:")]),
            WireRule.RepeatsWhatGetsNoAnswer => With("INVITE ", text => count++ % 2 == 0 ? [text] : []),
            WireRule.CancelOfRingingInvite => With("CANCEL ", text => [Replace(text, "CSeq: 1 ", "CSeq: 9 ")]),
            WireRule.CancelPassedOn => With("CANCEL ", Lose),
            WireRule.CancelAnswered => With("SIP/2.0 200", Lose, "CANCEL"),
            WireRule.OwnCSeqFollows => With("BYE ", text => IsForwarded(text) ? [text] : [Replace(text, "CSeq: ", "CSeq: 1")]),
            WireRule.NoByeBeforeAck => With("SIP/2.0 200", text => [text, ByeOf(text)], "INVITE"),
            WireRule.SilentAfterOwnBye => With("BYE ", text => IsForwarded(text) ? [text] : [text, text.Replace("BYE", "INFO", StringComparison.Ordinal)]),
            WireRule.BothLegsEnd => With("BYE ", Lose),
            _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "no mistake is known for this rule"),
        };

        WireFault With(string starts, Func<string, string[]> change, string method = "") => new(starts, change) { Method = method };
    }

    private static string[] Lose(string text) => [];

    private static bool IsForwarded(string text) => text.Split("\r\n").Count(line => line.StartsWith("Via:", StringComparison.Ordinal)) > 1;

    private static string Replace(string text, string old, string replacement)
    {
        int at = text.IndexOf(old, StringComparison.Ordinal);
        return at < 0 ? text : text[..at] + replacement + text[(at + old.Length)..];
    }

    /// <summary>The BYE to the caller that an answer would lead to at once.</summary>
    private static string ByeOf(string success)
    {
        string[] lines = success.Split("\r\n");
        string Value(string name) => lines.First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..];
        return $"BYE sip:caller@127.0.0.1:6001 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKearly{Value("Call-ID: ")}\r\nMax-Forwards: 70\r\n"
            + $"From: {Value("To: ")}\r\nTo: {Value("From: ")}\r\nCall-ID: {Value("Call-ID: ")}\r\nCSeq: 1 BYE\r\nContent-Length: 0\r\n\r\n";
    }
}
