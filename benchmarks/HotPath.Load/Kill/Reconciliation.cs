using System.Globalization;
using HotPath.Testing;

namespace HotPath.Load;

/// <summary>
/// Holds what the phones lived through against what the engine did and what the journal says, session by session of each call. An outcome other than the usual
/// one counts only with an outage at the time that accounts for it.
/// </summary>
internal sealed class Reconciliation
{
    /// <summary>
    /// An edge that starts has its engine again, and an engine that starts its edge, after at most so long on a busy machine. Until then
    /// calls are refused, which costs nobody anything.
    /// </summary>
    private const long ReconnectMs = 10_000;

    /// <summary>What a process does not do at the moment it should, on a busy machine.</summary>
    private const long LatenessMs = 1_000;

    /// <summary>How long each step of a call's set-up, which costs nobody anything, may take on such a machine.</summary>
    private const long SetUpStepMs = 3_000;

    /// <summary>How long after a call its Terminate and CDR may be under way.</summary>
    private const long SettlingMs = 20_000;

    private readonly Dictionary<CallOutcome, int> _counts = [];
    private readonly JournalReading _journal;
    private readonly IReadOnlyList<Outage> _outages;

    public Reconciliation(
        Dictionary<string, PhoneRecord> callers,
        Dictionary<string, PhoneRecord> callees,
        IReadOnlyList<ScriptedEvent> engine,
        JournalReading journal,
        IReadOnlyList<Outage> outages,
        int sessions)
    {
        _journal = journal;
        _outages = outages;
        Calls = callers.Count;
        ILookup<(string CallId, string Tag), ScriptedEvent> deeds = engine.ToLookup(deed => SessionOf(deed.OriginId));
        HashSet<(string, string)> parked = [.. journal.Replay.Unresolved.Select(session => SessionOf(session.OriginId))];
        HashSet<(string, string)> open = [.. journal.Replay.Open.Select(session => SessionOf(session.OriginId))];
        string[] tags = sessions == 1 ? [""] : ["", KillPlans.SecondTag];
        foreach ((string callId, PhoneRecord caller) in callers)
        {
            foreach (string tag in tags)
            {
                var call = new Call(caller, callees.GetValueOrDefault(callId), [.. deeds[(callId, tag)]], parked.Contains((callId, tag)));
                string problem = "the journal still has it open";
                CallOutcome outcome = open.Contains((callId, tag)) ? CallOutcome.Unexplained : Judge(call, out problem);
                _counts[outcome] = _counts.GetValueOrDefault(outcome) + 1;
                if (outcome == CallOutcome.Unexplained)
                {
                    Unexplained.Add($"{callId}{(tag.Length > 0 ? $"|{tag}" : "")}: {problem}\n{Describe(call)}");
                }
            }
        }

        foreach ((string callId, string tag) in deeds.Select(session => session.Key).Where(session => !callers.ContainsKey(session.CallId) || !tags.Contains(session.Tag)))
        {
            Unexplained.Add($"{callId}|{tag}: the engine knows of a session that nobody made\n");
        }
    }

    /// <summary>Calls that were made.</summary>
    public int Calls { get; }

    /// <summary>When what was away.</summary>
    public IReadOnlyList<Outage> Outages => _outages;

    /// <summary>How many sessions came to each outcome.</summary>
    public IReadOnlyDictionary<CallOutcome, int> Counts => _counts;

    /// <summary>The sessions that no outage accounts for, and why.</summary>
    public List<string> Unexplained { get; } = [];

    private CallOutcome Judge(Call call, out string problem)
    {
        problem = "";
        if (call.Charged.Length > 0 && call.Recorded.Length == 1 && call.ChargedNs != call.Recorded[0].UsageNs)
        {
            return Fail("what was debited is not what was recorded", out problem);
        }

        if (call.Recorded.Length > 1)
        {
            return Fail("more than one CDR", out problem);
        }

        bool hasSession = call.Opened > 0 || call.Terminated > 0 || call.Charged.Length > 0 || call.Recorded is [{ UsageNs: > 0 }];
        if (!hasSession && !call.IsParked)
        {
            return JudgeUncharged(call, out problem);
        }

        if (call.AnsweredMs is not { } answeredMs)
        {
            return Fail("charged without an answer", out problem);
        }

        long endedMs = call.EndedMs ?? long.MaxValue;
        bool edgeDied = Any(isEdge: true, answeredMs - LatenessMs, endedMs);
        bool engineDied = Any(isEdge: false, answeredMs - LatenessMs, endedMs + SettlingMs);
        bool wasAway = edgeDied || engineDied || Any(isEdge: true, answeredMs, endedMs + SettlingMs);
        if (!wasAway && (call.Opened, call.Terminated) != (1, 1))
        {
            return Fail("not one Initiate and one Terminate", out problem);
        }

        if (call.IsParked || call.EndedByEngine)
        {
            return !wasAway ? Fail("nobody was away", out problem)
                : call.ChargedNs / 1_000_000 > endedMs - answeredMs + LatenessMs + SettlingMs ? Fail("charged for more than it lasted", out problem)
                : call.IsParked ? CallOutcome.Parked : CallOutcome.EndedByEngine;
        }

        if (call.Recorded is not [{ } cdr])
        {
            return Fail("no CDR, and not parked", out problem);
        }

        long billedMs = cdr.UsageNs / 1_000_000;
        if (cdr.Detail.Contains("\"EndEstimated\":true", StringComparison.Ordinal))
        {
            return IsBilledToDeath(answeredMs, endedMs, billedMs) ? CallOutcome.Estimated : Fail("marked, but not billed to the last sign of life", out problem);
        }

        // What the edge saw of answer and end lies between what the two phones did. But if it was away when the first hung up, nobody pays for
        // what came after. Billed is what began of each second.
        long latestEndMs = Any(isEdge: true, endedMs, endedMs) ? endedMs : call.LatestEndMs;
        double least = Math.Ceiling((endedMs - Math.Max(answeredMs, call.Caller.AnsweredMs ?? 0)) / 1000.0) - 1;
        double most = Math.Ceiling((latestEndMs - answeredMs) / 1000.0) + 1;
        double billed = billedMs / 1000.0;
        return call.EndedMs is null || billed < least || billed > most
            ? Fail(string.Create(CultureInfo.InvariantCulture, $"billed {billed:0} s, not {Math.Max(least, 0):0} to {most:0} s"), out problem)
            : Any(isEdge: true, endedMs, endedMs) ? CallOutcome.EndedDuringOutage
            : Any(isEdge: true, answeredMs, endedMs) ? CallOutcome.Resumed
            : (call.Opened, call.Terminated) == (1, 1) ? CallOutcome.Clean
            : CallOutcome.EngineDied;
    }

    private CallOutcome JudgeUncharged(Call call, out string problem)
    {
        problem = "";
        long startedMs = call.Caller.StartedMs;
        if (call.AnsweredMs is null || call.Caller.AnsweredMs is null)
        {
            CallPlan plan = KillPlans.Of(call.Caller.CallId);
            long setUpMs = Math.Max(startedMs, (call.Callee?.StartedMs ?? 0) + plan.RingMs) + SetUpStepMs;
            bool wasAway = Any(isEdge: true, startedMs - ReconnectMs, Math.Max(setUpMs, call.AnsweredMs ?? 0))
                || Any(isEdge: false, startedMs - ReconnectMs, startedMs + SetUpStepMs);
            return call.Caller.Status > 0 && call.Caller.Status == plan.RejectWith ? CallOutcome.Rejected
                : wasAway ? CallOutcome.NotSetUp
                : Fail("not set up, and nobody was away", out problem);
        }

        return Any(isEdge: true, call.AnsweredMs.Value - LatenessMs, call.AnsweredMs.Value + LatenessMs)
            ? CallOutcome.LostBeforeRecord
            : Fail("answered and not charged", out problem);
    }

    /// <summary>Billed up to a death of the edge, but for what lies between two heartbeats, and never beyond what the call lasted or its grant.</summary>
    private bool IsBilledToDeath(long answeredMs, long endedMs, long billedMs) => _outages.Any(outage =>
        outage.IsEdge && outage.Overlaps(answeredMs, endedMs)
        && billedMs <= Math.Min(Math.Max(outage.KilledMs, answeredMs), endedMs) - answeredMs + 2 * LatenessMs
        && billedMs >= Math.Min(outage.KilledMs - answeredMs - (2 * LatenessMs), KillPlans.Grant.Nanoseconds / 1_000_000));

    private bool Any(bool isEdge, long fromMs, long toMs) => _outages.Any(outage => outage.IsEdge == isEdge && outage.Overlaps(fromMs, toMs));

    private static CallOutcome Fail(string why, out string problem)
    {
        problem = why;
        return CallOutcome.Unexplained;
    }

    /// <summary>All that is known of a call and of the outages about it, in order, with seconds from its beginning.</summary>
    private string Describe(Call call)
    {
        List<(long AtMs, string Text)> lines =
        [
            (call.Caller.StartedMs, $"caller: calls; the last answer is {call.Caller.Status}"),
            .. Lived("caller", call.Caller),
            .. call.Callee is { } callee ? [(callee.StartedMs, "callee: hears of the call"), .. Lived("callee", callee)] : Array.Empty<(long, string)>(),
            .. call.Deeds.Select(deed => (deed.AtMs, $"engine: {deed.Kind}, {deed.UsageNs / 1e9:0.###} s {deed.Detail}")),
            .. _journal.RecordsOf(call.Caller.CallId).Select(record => (record.AtMs, $"journal: {record.Text}")),
        ];
        long fromMs = lines[0].AtMs - ReconnectMs, toMs = lines.Max(line => line.AtMs) + SettlingMs;
        foreach (Outage outage in _outages.Where(outage => outage.Overlaps(fromMs, toMs)))
        {
            string victim = outage.IsEdge ? "edge" : "engine";
            lines.Add((outage.KilledMs, $"{victim}: killed"));
            lines.Add((outage.ServingMs, $"{victim}: serves again"));
        }

        return string.Concat(lines.OrderBy(line => line.AtMs).Select(line =>
            string.Create(CultureInfo.InvariantCulture, $"{(line.AtMs - call.Caller.StartedMs) / 1000.0,10:0.000} {line.Text}\n")));
    }

    private static IEnumerable<(long AtMs, string Text)> Lived(string side, PhoneRecord phone)
    {
        if (phone.AnsweredMs is { } answered)
        {
            yield return (answered, $"{side}: answered");
        }

        if (phone.EndedMs is { } ended)
        {
            yield return (ended, $"{side}: {(phone.SentBye ? "hangs up" : "hears of the end")}");
        }
    }

    /// <summary>A session's OriginID begins with the Call-ID.</summary>
    internal static string CallIdOf(string originId) => originId.Split(';', '|')[0];

    /// <summary>The Call-ID, and the tag behind it, if there is one.</summary>
    private static (string CallId, string Tag) SessionOf(string originId) =>
        (CallIdOf(originId), originId.Split('|') is [_, { } rest] ? rest.Split(';')[0] : "");

    /// <summary>All that is known of a call and one of its sessions.</summary>
    private sealed record Call(PhoneRecord Caller, PhoneRecord? Callee, ScriptedEvent[] Deeds, bool IsParked)
    {
        public int Opened => Deeds.Count(deed => deed.Kind == ScriptedEventKind.Opened);

        public int Terminated => Deeds.Count(deed => deed.Kind == ScriptedEventKind.Terminated);

        public bool EndedByEngine => Deeds.Any(deed => deed.Kind == ScriptedEventKind.Ended);

        public ScriptedEvent[] Recorded { get; } = [.. Deeds.Where(deed => deed.Kind == ScriptedEventKind.Recorded)];

        public ScriptedEvent[] Charged { get; } = [.. Deeds.Where(deed => deed.Kind == ScriptedEventKind.Debited)];

        public long ChargedNs => Charged.Sum(charge => charge.UsageNs);

        /// <summary>The callee's 2xx is the answer.</summary>
        public long? AnsweredMs => Callee?.AnsweredMs;

        /// <summary>Whoever knew last of the end.</summary>
        public long LatestEndMs => Math.Max(Caller.EndedMs ?? 0, Callee?.EndedMs ?? 0);

        /// <summary>Whoever knew first of the end.</summary>
        public long? EndedMs => (Caller.EndedMs, Callee?.EndedMs) switch
        {
            ({ } one, { } other) => Math.Min(one, other),
            var (one, other) => one ?? other,
        };
    }
}
