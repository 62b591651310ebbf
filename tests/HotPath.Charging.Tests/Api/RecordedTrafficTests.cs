using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using HotPath.Rpc;
using HotPath.Testing;

namespace HotPath.Charging.Tests;

/// <summary>What clients asked real CGRateS engines gets the same answers from this one.</summary>
public sealed partial class RecordedTrafficTests(ITestOutputHelper output)
{
    /// <summary>Where this engine answers otherwise on purpose, by what the recording's name contains.</summary>
    private static readonly (string Name, string Reason)[] s_differences =
    [
        ("core-status", "tells of the engine itself"),
        ("active-after-failures", "a failed initiation leaves no session behind"),
        ("processcdr-again", "a repeated CDR is EXISTS"),
        ("edge-nested", "the nested event of rc8 clients is read"),
        ("jsonrpc20-byname", "params may be the object itself"),
        ("birpc-params-object", "params may be the object itself"),
        ("smg-", "the methods of SMGenericV1 work, on the two-way port too"),
        ("birpc-badflagtype", "a wrong type is an error, not the end of the connection"),
    ];

    /// <summary>What this engine does not do beside what it does, and leaves out of its answers.</summary>
    private static readonly string[] s_resources =
        ["\"GetRoutes\":true", "\"GetSuppliers\":true", "\"AuthorizeResources\":true", "\"AllocateResources\":true"];

    [Theory]
    [InlineData("wire/engine-v0.11-dev.jsonl", "wire/engine-v0.10.4.jsonl")]
    [InlineData("wire/engine-v0.10.4.jsonl", "wire/engine-v0.11-dev.jsonl")]
    public void Recorded_requests_get_the_recorded_answers(string file, string otherVersion)
    {
        // Both engines were asked the same in the same order. What one recording leaves out happened all the same.
        SortedDictionary<int, JsonElement> recordings = Read(file);
        SortedDictionary<int, JsonElement> others = Read(otherVersion);
        Replay replay = new();
        int last = 0;
        foreach ((int number, JsonElement recording) in recordings)
        {
            bool isAligned = others.TryGetValue(number, out JsonElement same) && NameOf(same) == NameOf(recording);
            for (int missing = last + 1; missing < number; missing++)
            {
                if (isAligned && others.TryGetValue(missing, out JsonElement other))
                {
                    replay.Ask(other);
                }
            }

            replay.Play(recording);
            last = number;
        }

        output.WriteLine($"{replay.Equal} answers equal, {replay.Skipped.Count} requests skipped:");
        foreach (IGrouping<string, string> skipped in replay.Skipped.GroupBy(skipped => skipped.Reason, skipped => skipped.Name))
        {
            output.WriteLine($"  {skipped.Key}: {string.Join(' ', skipped)}");
        }

        foreach (string different in replay.Different)
        {
            output.WriteLine(different);
        }

        Assert.Empty(replay.Different);
        Assert.True(replay.Equal > 0, "nothing was compared");
    }

    [Fact]
    public void Whatever_the_reference_module_sent_is_answered()
    {
        int requests = 0;
        foreach (string line in SharedFiles.RequireLines("wire/opensips-module.jsonl"))
        {
            ChargingEngine engine = new(new EngineOptions(), TariffLoader.LoadTutorial(), new ManualTimeProvider());
            foreach (JsonElement message in JsonDocument.Parse(line).RootElement.GetProperty("messages").EnumerateArray())
            {
                string text = message.GetProperty("text").GetString() ?? "";
                if (message.GetProperty("from").GetString() != "client" || !MethodOf().IsMatch(text))
                {
                    continue;
                }

                MemoryClient client = new(engine);
                Assert.Equal(MethodOf().Count(text), client.Send(text).Count);
                Assert.False(client.IsClosed, text);
                requests++;
            }
        }

        output.WriteLine($"{requests} requests of the reference module");
        Assert.True(requests > 0, "no requests");
    }

    [GeneratedRegex("\"method\" *: *\"")]
    private static partial Regex MethodOf();

    private static SortedDictionary<int, JsonElement> Read(string file) => new(SharedFiles.RequireLines(file)
        .Select(line => JsonDocument.Parse(line).RootElement)
        .ToDictionary(recording => int.Parse(NameOf(recording)[..3], CultureInfo.InvariantCulture)));

    private static string NameOf(JsonElement recording) => recording.GetProperty("name").GetString()!;

    private sealed partial class Replay
    {
        private const string AfterDivergence = "what it depends on was charged otherwise before";

        /// <summary>Accounts and calls for which the recorded engine did something that this one does not do, or does otherwise.</summary>
        private readonly HashSet<string> _diverged = [];
        private ChargingEngine _engine;
        private MemoryClient _json;
        private MemoryClient _birpc;

        public Replay() => Restart();

        public int Equal { get; private set; }

        public List<(string Name, string Reason)> Skipped { get; } = [];

        public List<string> Different { get; } = [];

        /// <summary>Asks what was recorded, whatever the answer.</summary>
        public void Ask(JsonElement recording)
        {
            (string name, string note, string request) = (NameOf(recording), recording.GetProperty("note").GetString()!, recording.GetProperty("request").GetString()!);
            if (WhyNotAskable(name, note, request, "") is null)
            {
                Send(IsTwoWay(name, note), request);
            }
        }

        /// <summary>Asks what was recorded and compares the answer, where that is meaningful.</summary>
        public void Play(JsonElement recording)
        {
            (string name, string note, string request) = (NameOf(recording), recording.GetProperty("note").GetString()!, recording.GetProperty("request").GetString()!);
            string reply = recording.GetProperty("reply").GetString() ?? "";
            string[] subjects = [.. Subjects().Matches(request).Select(match => match.Groups[1].Value)];
            string? reason = WhyNotAskable(name, note, request, reply);
            if (reason is not null)
            {
                _diverged.UnionWith(subjects);
                Skipped.Add((name, reason));
                if (note.Contains("ENGINE PROCESS CR", StringComparison.Ordinal))
                {
                    Restart();
                }

                return;
            }

            string[] answers = [.. Send(IsTwoWay(name, note), request).Select(answer => RecordedReply.Normalize(answer.GetRawText())).Order(StringComparer.Ordinal)];
            string[] expected = [.. reply.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(RecordedReply.Normalize).Order(StringComparer.Ordinal)];
            reason = WhyNotComparable(name, request, reply, subjects);
            if (expected.SequenceEqual(answers))
            {
                Equal++;
            }
            else if (reason is not null)
            {
                Skipped.Add((name, reason));
            }
            else
            {
                Different.Add($"{name}\n  > {request.Trim()}\n  is  {string.Join('\n', answers)}\n  not {string.Join('\n', expected)}");
            }
        }

        private static bool IsTwoWay(string name, string note) =>
            name.Contains("birpc", StringComparison.Ordinal) || note.Contains("[birpc]", StringComparison.Ordinal);

        private string? WhyNotAskable(string name, string note, string request, string reply)
        {
            string method = MethodMember().Match(request).Groups[1].Value;
            bool isServed = _engine.Router.Knows(method) || reply.Contains("\"error\":\"rpc: can't find service", StringComparison.Ordinal);
            return note.Contains("FROM ENGINE", StringComparison.Ordinal) || name.Contains("-cb-", StringComparison.Ordinal) ? "depends on time: see SessionTests"
                : note.Contains("ENGINE PROCESS CR", StringComparison.Ordinal) ? "the recorded engine crashed"
                : request.StartsWith("POST", StringComparison.Ordinal) || request.StartsWith("GET", StringComparison.Ordinal) ? "no HTTP"
                : !isServed && !IsErrorOfRouting(reply, method.Split('.')[0]) ? $"no {method}"
                : null;
        }

        private bool IsErrorOfRouting(string reply, string service) =>
            reply.Length == 0
            || reply.Contains("rpc2: ", StringComparison.Ordinal)
            || reply.Contains("birpc: ", StringComparison.Ordinal)
            || reply.Contains("ill-formed", StringComparison.Ordinal)
            || (reply.Contains("\"error\":\"rpc: can't find method", StringComparison.Ordinal) && _engine.Router.KnowsService(service));

        private string? WhyNotComparable(string name, string request, string reply, string[] subjects)
        {
            if (reply.Contains("\"MaxUsage\":13000000000", StringComparison.Ordinal))
            {
                _diverged.UnionWith(subjects);
                return "exact sums grant 12 s, floating-point ones 13 s";
            }

            return s_differences.FirstOrDefault(difference => name.Contains(difference.Name, StringComparison.Ordinal)).Reason is { } reason ? reason
                : reply.Contains("\"CGREvent\":{", StringComparison.Ordinal) ? "attributes in the form of v0.10"
                : s_resources.Any(text => request.Contains(text, StringComparison.Ordinal)) ? "routes and resources"
                : subjects.Any(_diverged.Contains) || (_diverged.Count > 0 && MethodMember().Match(request).Value.Contains("Accounts", StringComparison.Ordinal)) ? AfterDivergence
                : null;
        }

        [MemberNotNull(nameof(_engine), nameof(_json), nameof(_birpc))]
        private void Restart()
        {
            _engine = new ChargingEngine(new EngineOptions(), TariffLoader.LoadTutorial(), new ManualTimeProvider(new DateTimeOffset(2026, 11, 20, 20, 40, 0, TimeSpan.Zero)));
            _json = new MemoryClient(_engine, RpcPort.OneWay);
            _birpc = new MemoryClient(_engine, RpcPort.TwoWay);
            _diverged.Clear();
        }

        private IReadOnlyList<JsonElement> Send(bool isBirpc, string request)
        {
            if (_json.IsClosed)
            {
                _json = new MemoryClient(_engine, RpcPort.OneWay);
            }

            if (_birpc.IsClosed)
            {
                _birpc = new MemoryClient(_engine, RpcPort.TwoWay);
            }

            return (isBirpc ? _birpc : _json).Send(request);
        }

        [GeneratedRegex("\"(?:Account|OriginID|OriginIDs|Accounts)\":\\[?\"([\\w-]+)\"")]
        private static partial Regex Subjects();

        [GeneratedRegex("\"method\":\"([^\"]*)\"")]
        private static partial Regex MethodMember();
    }
}
