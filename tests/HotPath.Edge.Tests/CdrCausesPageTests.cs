using System.Text.Json;
using System.Text.RegularExpressions;
using HotPath.Billing;
using HotPath.Rpc;
using HotPath.Sip;
using HotPath.Testing;

namespace HotPath.Edge.Tests;

/// <summary>Promise: docs/cdr-causes.md has every way a call ends, and each of its rows is what happens when it is played (field pains 3 and 27).</summary>
public sealed partial class CdrCausesPageTests
{
    private const string ThreeSeconds = """{"MaxUsage":3000000000}""";

    private static readonly Dictionary<string, string[]> s_page = Row()
        .Matches(File.ReadAllText(Path.Combine(SharedFiles.RepositoryRoot, "docs", "cdr-causes.md")))
        .Select(match => match.Groups[1].Value.Split(" | "))
        .Where(cells => cells[0] != "what happened")
        .ToDictionary(cells => cells[0], cells => cells[1..]);

    private static readonly Dictionary<string, Func<object>> s_plays = new()
    {
        ["the engine refuses the call"] = () => Asked(command => command.Fail(RpcStatus.EngineError, "RALS_ERROR:ACCOUNT_NOT_FOUND")),
        ["no engine answers, and the call may not run without one"] = () => Asked(command => command.Fail(RpcStatus.NoEngine)),
        ["the caller gives up while the engine is asked"] = () =>
        {
            CallBench bench = new();
            string invite = bench.InviteText(branch: "z9hG4bKasked");
            bench.Receive(CallBench.Caller, invite);
            bench.Command("SessionSv1.AuthorizeEvent");
            bench.Receive(CallBench.Caller, CallBench.Beside(invite, "CANCEL"));
            return bench;
        },
        ["the caller gives up while it rings"] = () => Cancelled(""),
        ["the caller gives up and says why: `Q.850;cause=16`"] = () => Cancelled("Reason: Q.850;cause=16\r\n"),
        ["the caller gives up because another phone has answered: `SIP;cause=200`"] = () => Cancelled("Reason: SIP;cause=200\r\n"),
        ["the callee refuses: 603"] = () => Rejected(603),
        ["the callee refuses and says why: 486, `Q.850;cause=17`"] = () => Rejected(486, "Reason: Q.850;cause=17\r\n"),
        ["the callee is elsewhere: 302"] = () => Rejected(302),
        ["it rings longer than `maxRinging`"] = () =>
        {
            CallBench bench = new();
            string invite = bench.Invite();
            bench.Receive(CallBench.Callee, CallBench.Response(invite, 180));
            bench.Run(180);
            bench.Receive(CallBench.Callee, CallBench.Response(invite, 487));
            return bench;
        },
        ["no next hop says anything for 32 s"] = () =>
        {
            CallBench bench = new();
            bench.Invite();
            bench.Run(33);
            return bench;
        },
        ["no next hop can be reached, or none serves: 503"] = () => Rejected(503),
        ["the callee wants credentials or a longer session interval: 401, 407, 422"] = () => Rejected(407),
        ["the edge goes down while it rings"] = () =>
        {
            CallBench bench = new();
            bench.Invite();
            bench.Lane.Drain();
            return bench;
        },
        ["the caller hangs up"] = () => Answered(bench => bench.Receive(CallBench.Caller, bench.InDialog(DialogSide.Caller, "BYE", 11))),
        ["the callee hangs up"] = () => Answered(bench => bench.Receive(CallBench.Callee, bench.InDialog(DialogSide.Callee, "BYE", 1))),
        ["the callee hangs up before its 2xx comes by"] = () =>
        {
            CallBench bench = new();
            string invite = bench.Invite();
            bench.Receive(CallBench.Callee, CallBench.Response(invite, 180));
            bench.Receive(CallBench.Callee, bench.InDialog(DialogSide.Callee, "BYE", 1));
            bench.Take(CallBench.Caller, "BYE ", skip: true);
            bench.Receive(CallBench.Callee, CallBench.Response(invite, 200));
            bench.Command("SessionSv1.InitiateSession").Reply(CallBench.OneHour);
            bench.Receive(CallBench.Caller, bench.InDialog(DialogSide.Caller, "ACK", 10));
            return bench;
        },
        ["a side hangs up and says why: `Q.850;cause=38`"] = () =>
            Answered(bench => bench.Receive(CallBench.Caller, bench.InDialog(DialogSide.Caller, "BYE", 11, "Reason: Q.850;cause=38\r\n"))),
        ["the granted time is over"] = () => Initiated(command => command.Reply(ThreeSeconds), afterwards: bench => bench.Run(3)),
        ["the longest call is over: `maxCallDuration`"] = () => Answered(bench => bench.Run(60), file => file.MaxCallDuration = 60),
        ["the session is not refreshed in time"] = () => Answered(bench => bench.Run(90), file => file.SessionExpires = 90, "Supported: timer\r\n"),
        ["the caller never acknowledges the answer"] = () =>
        {
            CallBench bench = new();
            bench.Answered(acknowledged: false);
            bench.Run(32);
            return bench;
        },
        ["the callee misses the ACK as long, and hangs up"] = () =>
        {
            CallBench bench = new();
            bench.Answered(acknowledged: false);
            bench.Run(31.9);
            bench.Receive(CallBench.Callee, bench.InDialog(DialogSide.Callee, "BYE", 1));
            return bench;
        },
        ["the engine asks for the end: no reason"] = () => Answered(bench => bench.Disconnect(reason: "")),
        ["the engine asks for the end: `FORCED`"] = () => Answered(bench => bench.Disconnect(reason: "FORCED")),
        ["the engine asks for the end: `INSUFFICIENT_CREDIT`"] = () => Answered(bench => bench.Disconnect(reason: "INSUFFICIENT_CREDIT")),
        ["the engine opens the session and grants nothing"] = () => Initiated(command => command.Reply("""{"MaxUsage":0}""")),
        ["the engine refuses to open the session"] = () => Initiated(command => command.Fail(RpcStatus.EngineError, "RALS_ERROR:ACCOUNT_DISABLED")),
        ["the call runs without an engine, and the one that comes back refuses it"] = () => Initiated(
            command => command.Fail(RpcStatus.NoEngine),
            file => file.AllowedWithoutEngine = 60,
            bench =>
            {
                bench.Run(1);
                bench.Command("SessionSv1.InitiateSession").Fail(RpcStatus.EngineError, "RALS_ERROR:ACCOUNT_DISABLED");
            }),
        ["no engine takes the session, and the call may not run without"] = () => Initiated(command => command.Fail(RpcStatus.NoEngine)),
        ["the engine has forgotten the session"] = Forgotten,
        ["the edge goes down"] = () => Answered(bench => bench.Lane.Drain()),
        ["the edge has died, and the next one ends what it left"] = Restarted,
        ["the edge has an emergency call and goes down"] = () =>
        {
            CallBench bench = Bench(file => file.Emergency = ["112"]);
            bench.Receive(CallBench.Caller, bench.InviteText(number: "112"));
            bench.Take(CallBench.Caller, "SIP/2.0 100 ");
            bench.Receive(CallBench.Callee, CallBench.Response(bench.Take(CallBench.Callee, "INVITE "), 200));
            bench.Receive(CallBench.Caller, bench.InDialog(DialogSide.Caller, "ACK", 10));
            bench.Lane.Drain();
            return bench;
        },
        ["a further answer of a forked call ends within two seconds"] = () =>
        {
            CallBench bench = new();
            string invite = bench.Invite();
            bench.Receive(CallBench.Callee, CallBench.Response(invite, 200));
            bench.Command("SessionSv1.InitiateSession").Reply(CallBench.OneHour);
            bench.Receive(CallBench.Callee, CallBench.Response(invite, 200, tag: "c"));
            bench.Receive(CallBench.Caller, bench.InDialog(DialogSide.Caller, "ACK", 10));
            bench.Receive(CallBench.Caller, bench.InDialog(DialogSide.Caller, "ACK", 10, tag: "c"));
            bench.Receive(CallBench.Caller, bench.InDialog(DialogSide.Caller, "BYE", 11, tag: "c"));
            bench.Run(3);
            return bench;
        },
    };

    public static TheoryData<string> Ways => [.. s_plays.Keys];

    [Fact, Trait("FieldPain", "27")]
    public void Every_row_is_played() => Assert.Equal(s_page.Keys.Order(StringComparer.Ordinal), s_plays.Keys.Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Ways)), Trait("FieldPain", "3"), Trait("FieldPain", "27")]
    public void A_row_is_what_happens(string way) => Assert.Equal(s_page[way], s_plays[way]() switch
    {
        BenchWithEngine real => Outcome(real),
        var bench => Outcome((CallBench)bench),
    });

    private static string[] Outcome(CallBench bench)
    {
        List<(string, Func<string, string>)> commands = [];
        for (int tenths = 0; tenths < 10; tenths++)
        {
            while (!bench.Engine.IsEmpty)
            {
                SentCommand command = bench.Engine.Take();
                commands.Add((command.Method, command.Event));
                command.Reply(command.Method == "SessionSv1.GetActiveSessions" ? """[{"OriginID":"call-1","OriginHost":"edge-1"}]""" : "\"OK\"");
            }

            bench.Run(0.1);
        }

        return Outcome(bench, commands);
    }

    private static string[] Outcome(BenchWithEngine real) =>
        Outcome(real.Bench, real.Engine.Requests.Select(request => (request.Method, FieldsOf(request.Parameters))));

    /// <summary>What the engine gets, what its CDR says, and the Reason of the BYE that both sides got.</summary>
    private static string[] Outcome(CallBench bench, IEnumerable<(string Method, Func<string, string> Field)> commands)
    {
        List<string> names = [];
        string[] cdr = ["–", "–", "–"];
        foreach ((string method, Func<string, string> field) in commands)
        {
            switch (method)
            {
                case "SessionSv1.TerminateSession":
                    names.Add("Terminate");
                    break;
                case "SessionSv1.ProcessCDR":
                    names.Add("CDR");
                    cdr = [field("DisconnectCause") is { Length: > 0 } cause ? $"`{cause}`" : "empty", OrDash(field("SipCode")), OrDash(field("Q850Cause"))];
                    break;
                default:
                    Assert.Equal("SessionSv1.GetActiveSessions", method);
                    break;
            }
        }

        string[] reasons = [.. bench.TakeMessages()
            .Where(sent => sent.Text.StartsWith("BYE ", StringComparison.Ordinal))
            .DistinctBy(sent => sent.To)
            .Select(sent => CallBench.Header(sent.Text, "Reason"))];
        string reason = reasons is [var toCaller, var toCallee] && toCaller == toCallee ? $"`{toCaller}`" : "–";
        return [OrDash(string.Join(", ", names)), .. cdr, reason];
    }

    private static Func<string, string> FieldsOf(string parameters)
    {
        JsonElement fields = JsonDocument.Parse(parameters).RootElement;
        fields = fields.ValueKind == JsonValueKind.Array ? fields[0] : fields;
        return name => fields.GetProperty("Event").TryGetProperty(name, out JsonElement value) ? value.ToString() : "";
    }

    private static string OrDash(string text) => text.Length == 0 ? "–" : text;

    private static CallBench Bench(Action<EdgeConfigFile> configure, IJournalStore? journal = null) => new(
        configure: file =>
        {
            configure(file);
            return file;
        },
        journal: journal);

    private static CallBench Asked(Action<SentCommand> answer)
    {
        CallBench bench = new();
        bench.Receive(CallBench.Caller, bench.InviteText());
        answer(bench.Command("SessionSv1.AuthorizeEvent"));
        return bench;
    }

    private static CallBench Cancelled(string reason)
    {
        CallBench bench = new();
        string invite = bench.InviteText(branch: "z9hG4bKrings");
        bench.Receive(CallBench.Caller, invite);
        bench.Take(CallBench.Caller, "SIP/2.0 100 ");
        bench.Command("SessionSv1.AuthorizeEvent").Reply(CallBench.OneHour);
        string forwarded = bench.Take(CallBench.Callee, "INVITE ");
        bench.Receive(CallBench.Callee, CallBench.Response(forwarded, 180));
        bench.Receive(CallBench.Caller, CallBench.Beside(invite, "CANCEL").Replace("Content-Length", reason + "Content-Length"));
        bench.Receive(CallBench.Callee, CallBench.Response(forwarded, 487));
        return bench;
    }

    private static CallBench Rejected(int status, string extra = "")
    {
        CallBench bench = new();
        bench.Receive(CallBench.Callee, CallBench.Response(bench.Invite(), status, extra: extra));
        return bench;
    }

    private static CallBench Answered(Action<CallBench> end, Action<EdgeConfigFile>? configure = null, string extra = "")
    {
        CallBench bench = Bench(configure ?? (_ => { }));
        bench.Answered(extra);
        end(bench);
        return bench;
    }

    private static CallBench Initiated(Action<SentCommand> answer, Action<EdgeConfigFile>? configure = null, Action<CallBench>? afterwards = null)
    {
        CallBench bench = Bench(configure ?? (_ => { }));
        string invite = bench.Invite();
        bench.Receive(CallBench.Callee, CallBench.Response(invite, 200));
        bench.Receive(CallBench.Caller, bench.InDialog(DialogSide.Caller, "ACK", 10));
        answer(bench.Command("SessionSv1.InitiateSession"));
        afterwards?.Invoke(bench);
        return bench;
    }

    /// <summary>A postpaid call whose engine was restarted.</summary>
    private static BenchWithEngine Forgotten()
    {
        BenchWithEngine all = new(file => file.RequestType = "*postpaid");
        CallBench bench = all.Bench;
        bench.Receive(CallBench.Caller, bench.InviteText());
        all.Run(0.1);
        bench.Take(CallBench.Caller, "SIP/2.0 100 ");
        bench.Receive(CallBench.Callee, CallBench.Response(bench.Take(CallBench.Callee, "INVITE "), 200));
        bench.Receive(CallBench.Caller, bench.InDialog(DialogSide.Caller, "ACK", 10));
        all.Run(1);
        all.Restart();
        all.Run(10);
        return all;
    }

    private static CallBench Restarted()
    {
        SimulatedDisk disk = new();
        using (FileJournal journal = FileJournal.Open(disk, new JournalOptions(), (_, _) => { }, out _))
        {
            Bench(_ => { }, journal).Answered();
        }

        JournalReplay replay = new();
        CallBench bench = Bench(file => file.Journal = new JournalConfig { Folder = "unused" }, FileJournal.Open(disk, new JournalOptions(), replay.Visit, out _));
        bench.Lane.Recover(replay, replay.Open);
        return bench;
    }

    [GeneratedRegex(@"^\| (?!-)(.+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
