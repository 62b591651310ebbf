using HotPath.Sip;

namespace HotPath.Testing;

/// <summary>
/// Checks the transaction and dialog rules of RFC 3261 and of the edge (design: SIP) by what arrives at the edge and what leaves it, and by
/// nothing else: it knows none of the edge's own state.
/// </summary>
/// <param name="world">The clock.</param>
public sealed partial class WireRules(SimulatedWorld world)
{
    private const int MostReportedPerRule = 3;

    private static readonly TimeSpan s_giveUp = TimeSpan.FromSeconds(32);
    private static readonly TimeSpan s_byeTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_tryingTime = TimeSpan.FromMilliseconds(200);

    // Timers run in whole milliseconds: what happens at the very edge of a limit may fall on either side of it.
    private static readonly TimeSpan s_margin = TimeSpan.FromMilliseconds(5);

    private readonly SipMessageIndex _index = new();
    private readonly Dictionary<string, ArrivedRequest> _arrived = [];
    private readonly Dictionary<string, SentRequest> _sent = [];
    private readonly Dictionary<(string CallId, string CallerTag, string CalleeTag), WireDialog> _dialogs = [];
    private readonly HashSet<string> _calls = [];
    private readonly HashSet<string> _answeredTooLate = [];
    private readonly Dictionary<string, string> _takenWithoutRoom = [];
    private readonly HashSet<(string CallId, SipEndpoint NextHop)> _tried = [];
    private readonly Dictionary<(string CallId, string CallerTag, string CalleeTag), SipEndpoint> _answeredBy = [];
    private readonly HashSet<(string CallId, string CallerTag, string CalleeTag)> _unwanted = [];
    private readonly Queue<ArrivedRequest> _unansweredInvites = new();
    private readonly List<WireViolation> _violations = [];
    private readonly List<Debt> _debts = [];

    /// <summary>How long the edge's own BYE may wait for its record: what it answers meanwhile it does not pass on, nor count.</summary>
    public Func<TimeSpan> LongestFlush { get; set; } = () => TimeSpan.Zero;

    /// <summary>An engine is asked before a next hop is tried, so that an INVITE does not leave in the moment in which the last one failed.</summary>
    public bool AsksBeforeNextHop { get; init; }

    /// <summary>What was broken, the first three times of each rule.</summary>
    public IReadOnlyList<WireViolation> Violations => _violations;

    /// <summary>Messages looked at.</summary>
    public long Messages { get; private set; }

    /// <summary>Answered dialogs seen.</summary>
    public int Dialogs => _dialogs.Count;

    /// <summary>The journal takes new calls; asked when an INVITE arrives.</summary>
    public Func<bool> HasRoom { get; set; } = () => true;

    /// <summary>
    /// What left for an INVITE of this call that arrived when the journal took none, other than 503 with Retry-After; <c>null</c>: nothing.
    /// An INVITE that comes again to an edge that has died since is another one: the first may have found room, and rung.
    /// </summary>
    public string? TakenWithoutRoom(string callId) => _takenWithoutRoom.GetValueOrDefault(callId);

    /// <summary>An INVITE of this call has arrived.</summary>
    public bool HasSeen(string callId) => _calls.Contains(callId);

    /// <summary>A new call's INVITE was sent to this next hop.</summary>
    public bool HasTried(string callId, SipEndpoint nextHop) => _tried.Contains((callId, nextHop));

    /// <summary>
    /// The callee answered when nothing had come from it for 64·T1 (timer B): the edge's transaction was over, and a 2xx without one is
    /// dropped (RFC 6026), so that nobody tells the callee that it talks to nobody.
    /// </summary>
    public bool IsAnsweredTooLate(string callId) => _answeredTooLate.Contains(callId);

    /// <summary>Answered dialogs as they passed the edge, in order of their answers.</summary>
    public IEnumerable<AnsweredDialog> AnsweredDialogs => _dialogs.Select(pair => pair.Value.AsAnswered(pair.Key.CallId, pair.Key.CalleeTag, _answeredBy[pair.Key]));

    /// <summary>
    /// The edge's process is gone. What it owed nobody pays; its answered dialogs may be known to the next one or not, which is told by
    /// their charging.
    /// </summary>
    /// <param name="recordedTo">What it wrote since then died with it.</param>
    public void OnDeath(TimeSpan recordedTo)
    {
        _debts.Clear();
        _unansweredInvites.Clear();
        _arrived.Clear();
        _sent.Clear();
        foreach (WireDialog dialog in _dialogs.Values)
        {
            dialog.OnDeath(recordedTo);
        }
    }

    /// <summary>A message is about to be handed to the edge.</summary>
    internal void OnArriving(SipEndpoint source, ReadOnlySpan<byte> message)
    {
        Settle();
        Messages++;
        var arrived = new WireMessage(message, _index);
        if (arrived.IsRequest)
        {
            OnRequestArrived(source, arrived);
        }
        else
        {
            OnResponseArrived(source, arrived);
        }
    }

    /// <summary>The edge sends a message.</summary>
    internal void OnLeaving(SipEndpoint destination, ReadOnlySpan<byte> message)
    {
        Messages++;
        CheckTrying();
        var left = new WireMessage(message, _index);
        Check(left.IsWellFormed, WireRule.WellFormed, left);
        _debts.RemoveAll(debt => debt.IsPaidBy(left));
        if (left.IsRequest)
        {
            OnRequestLeft(destination, left);
        }
        else
        {
            OnResponseLeft(destination, left);
        }
    }

    /// <summary>Checks what can only be said when everything is over.</summary>
    public void Finish()
    {
        Settle();
        foreach (ArrivedRequest request in _arrived.Values)
        {
            bool farSideIsSilent = request.Message.Method != "INVITE" && request.Forwarded is { FinalStatus: 0 };
            Check(request.FinalStatus > 0 || farSideIsSilent, WireRule.FinalForEveryRequest, request.Message);
        }

        foreach (SentRequest request in _sent.Values)
        {
            int expected = request.Message.Method == "INVITE" ? 7 : 11;
            bool isDropped = request.Message.Method == "CANCEL" && _sent.GetValueOrDefault($"{request.Message.Branch} INVITE") is { FinalAt: not null };
            bool isUnanswered = request.Message.Method != "ACK" && request.FinalAt is null && !isDropped && world.Elapsed > request.At + s_giveUp
                && (request.Message.Method != "INVITE" || request.ProvisionalAt is null);
            Check(!isUnanswered || request.Times >= expected, WireRule.RepeatsWhatGetsNoAnswer, request.Message, $"sent {request.Times} times");
        }

        foreach (WireDialog dialog in _dialogs.Values)
        {
            Check(
                !dialog.IsHungUpBefore || dialog.IsRestored || dialog.EndedAt <= (dialog.AckArrivedAt ?? (dialog.SuccessAt + s_giveUp)) + s_byeTime + LongestFlush(),
                WireRule.BothLegsEnd, dialog.Success, "runs on though its callee has hung up");
            bool isToEnd = !dialog.IsRestored || dialog.OwnByeAt is not null;
            Check(!isToEnd || (dialog.Caller.HasEnded && dialog.Callee.HasEnded), WireRule.BothLegsEnd, dialog.Success,
                $"caller {(dialog.Caller.HasEnded ? "ended" : "not ended")}, callee {(dialog.Callee.HasEnded ? "ended" : "not ended")}");
        }
    }

    /// <summary>What the last arrival called for has to have left by now.</summary>
    private void Settle()
    {
        CheckTrying();
        _debts.ForEach(debt => Check(false, debt.Rule, debt.Cause));
        _debts.Clear();
    }

    private void CheckTrying()
    {
        while (_unansweredInvites.TryPeek(out ArrivedRequest? invite) && (invite.HasResponse || world.Elapsed > invite.At + s_tryingTime + s_margin))
        {
            _unansweredInvites.Dequeue();
            Check(invite.HasResponse, WireRule.TryingInTime, invite.Message);
        }
    }

    private void Owe(WireRule rule, WireMessage cause, Func<WireMessage, bool> isPaidBy) => _debts.Add(new Debt(rule, cause, isPaidBy));

    private void Check(bool holds, WireRule rule, WireMessage message, string detail = "")
    {
        if (!holds && _violations.Count(violation => violation.Rule == rule) < MostReportedPerRule)
        {
            _violations.Add(new WireViolation(world.Elapsed, rule, detail.Length == 0 ? $"{message}" : $"{message}: {detail}"));
        }
    }

    /// <summary>A request that arrived at the edge.</summary>
    private sealed class ArrivedRequest(WireMessage message, SipEndpoint source, TimeSpan at)
    {
        public WireMessage Message { get; } = message;

        public SipEndpoint Source { get; } = source;

        public TimeSpan At { get; } = at;

        /// <summary>The journal took no new calls when it came.</summary>
        public bool IsWithoutRoom { get; init; }

        public bool HasResponse { get; set; }

        public int FinalStatus { get; set; }

        public TimeSpan? FinalAt { get; set; }

        public HashSet<string> FinalTags { get; } = [];

        /// <summary>What was sent on because of it: an INVITE to one next hop after the other, anything else once.</summary>
        public List<SentRequest> Tries { get; } = [];

        /// <summary>The one that decides: the last, or of an answered INVITE the one that was answered first.</summary>
        public SentRequest? Forwarded => Tries.Find(sent => sent.FinalStatus is >= 200 and < 300) ?? Tries.LastOrDefault();

        public bool IsCancelled { get; set; }
    }

    /// <summary>A request that left the edge.</summary>
    private sealed class SentRequest(WireMessage message, SipEndpoint destination, TimeSpan at, ArrivedRequest? origin)
    {
        public WireMessage Message { get; } = message;

        public SipEndpoint Destination { get; } = destination;

        public TimeSpan At { get; } = at;

        /// <summary>What was forwarded; null for a request of the edge's own.</summary>
        public ArrivedRequest? Origin { get; } = origin;

        public int Times { get; set; } = 1;

        public TimeSpan? ProvisionalAt { get; set; }

        public TimeSpan? FinalAt { get; set; }

        public int FinalStatus { get; set; }

        public TimeSpan? CancelSentAt { get; set; }

        public bool IsCancelled => CancelSentAt is not null;

        /// <summary>What came for it came so late that its transaction may have been over; nothing has left since that tells.</summary>
        public bool IsDoubtful { get; set; }
    }

    /// <summary>A dialog whose 2xx has been forwarded.</summary>
    private sealed class WireDialog(WireMessage success, TimeSpan at, DateTimeOffset utcNow)
    {
        /// <summary>What arrived so shortly before the process died may not have been recorded.</summary>
        private static readonly TimeSpan s_unrecorded = TimeSpan.FromMilliseconds(3);

        private TimeSpan? _firstEndedAt;
        private TimeSpan? _endedAt;
        private TimeSpan _heldUp;

        /// <summary>Who ended it; <c>null</c>: the edge.</summary>
        private WireSide? _endedBy;

        public WireMessage Success { get; } = success;

        public TimeSpan SuccessAt { get; } = at;

        public WireSide Caller { get; } = new();

        public WireSide Callee { get; } = WireSide.Invited(success.CSeq);

        public TimeSpan? AckArrivedAt { get; set; }

        public bool HasAckLeft { get; set; }

        public TimeSpan? OwnByeAt { get; set; }

        /// <summary>The callee's BYE passed before its 2xx did.</summary>
        public bool IsHungUpBefore { get; set; }

        public TimeSpan? EndedAt => _endedAt;

        /// <summary>It was answered by an edge that has died since: the next one knows it from the journal, if at all.</summary>
        public bool IsRestored { get; private set; }

        /// <param name="now">When.</param>
        /// <param name="by">Who; <c>null</c>: the edge.</param>
        /// <param name="heldUp">How long the disk holds up what the edge writes.</param>
        public void End(TimeSpan now, WireSide? by, TimeSpan heldUp)
        {
            _endedBy = _endedAt is null ? by : _endedBy;
            _heldUp = _endedAt is null ? heldUp : _heldUp;
            _endedAt ??= now;
        }

        public void OnDeath(TimeSpan recordedTo)
        {
            IsRestored = true;
            OwnByeAt = null;
            if (_endedBy is not null && _endedAt > recordedTo - s_unrecorded)
            {
                _firstEndedAt ??= _endedAt;
                _endedAt = null;
            }
        }

        public AnsweredDialog AsAnswered(string callId, string calleeTag, SipEndpoint answeredBy) =>
            new(callId, calleeTag, answeredBy, SuccessAt, utcNow, AckArrivedAt, _endedAt ?? _firstEndedAt, _firstEndedAt ?? _endedAt,
                IsEndedByEdge: _endedAt is not null && _endedBy is null && !IsHungUpBefore, IsEndedByCallee: _endedBy == Callee || (_endedBy is null && IsHungUpBefore), _heldUp);
    }

    /// <summary>One side of a dialog.</summary>
    private sealed class WireSide
    {
        private readonly List<(TimeSpan At, uint CSeq)> _requests = [];

        /// <summary>The highest CSeq of requests toward this side; null: none was seen.</summary>
        public uint? HighestCSeq => HighestBefore(TimeSpan.MaxValue);

        public static WireSide Invited(uint cseq)
        {
            WireSide side = new();
            side.Note(cseq, TimeSpan.Zero);
            return side;
        }

        public void Note(uint cseq, TimeSpan now) => _requests.Add((now, cseq));

        /// <summary>The highest up to a moment.</summary>
        public uint? HighestBefore(TimeSpan moment) => _requests.Where(request => request.At <= moment).Max(request => (uint?)request.CSeq);

        /// <summary>This side has sent BYE, or was sent one.</summary>
        public bool HasEnded { get; set; }
    }

    /// <summary>Something that has to leave before anything else arrives.</summary>
    private sealed record Debt(WireRule Rule, WireMessage Cause, Func<WireMessage, bool> IsPaidBy);
}
