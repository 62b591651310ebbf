using System.Globalization;
using HotPath.Billing;
using HotPath.Commands;
using HotPath.Edge;
using HotPath.Sip;

namespace HotPath.Testing;

/// <summary>
/// Checks, when a run is over, the engines' account of debits and CDRs against what passed the edge and what the phones lived through. It knows
/// nothing of the edge's own state but what its journal says is parked.
/// </summary>
internal sealed class ChargingRules(SimulationPlan plan, SimulatedEngines engines, WireRules wire, IReadOnlyList<EdgeDeath> deaths, ISet<string> parked, ISet<string> forgotten, TimeSpan maxCallDuration)
{
    /// <summary>A begun second counts, timers run in whole milliseconds, and a record is not written in the moment it tells of.</summary>
    private const double RoundingSeconds = 1.05;

    /// <summary>Timers run in whole milliseconds.</summary>
    private const double MillisecondSeconds = 0.001;

    /// <summary>The last sign of life of an edge is as old as that when it dies.</summary>
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(1.01);

    /// <summary>A 2xx so shortly before the edge's death may not be in the journal: in the same turn, or the flush that follows it.</summary>
    private static readonly TimeSpan s_unrecorded = TimeSpan.FromMilliseconds(5);

    /// <summary>A BYE that found no edge comes again within T2 and T1 (RFC 3261).</summary>
    private static readonly TimeSpan s_doubt = TimeSpan.FromSeconds(4.55);

    private static readonly TimeSpan s_noAck = TimeSpan.FromSeconds(32);

    /// <summary>A callee that misses the ACK hangs up when the edge does, or T1 before it at the most.</summary>
    private static readonly TimeSpan s_calleeGivesUp = s_noAck - TimeSpan.FromSeconds(0.5);

    /// <summary>Timers run in whole milliseconds.</summary>
    private static readonly TimeSpan s_margin = TimeSpan.FromMilliseconds(5);

    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1.05);
    private static readonly TimeSpan s_emergencyDuration = TimeSpan.FromDays(1);

    /// <summary>The engine client's default.</summary>
    private static readonly TimeSpan s_auditInterval = TimeSpan.FromSeconds(5);

    /// <summary>A further answer of a fork is charged if it is still up after so long.</summary>
    private static readonly TimeSpan s_forkDelay = TimeSpan.FromSeconds(2);

    private static readonly SipEndpoint[] s_hops = [SimulatedEdge.FirstRoute.Endpoint, SimulatedEdge.SecondRoute.Endpoint];

    private readonly EdgeSessionOptions[] _sessions = [new EdgeSessionOptions { Profile = plan.Profile }, .. plan.Sessions];
    private readonly ILookup<string, EngineCharge> _charges = engines.Charges.ToLookup(charge => CallOf(charge.OriginId));
    private readonly ILookup<string, EngineCharge> _stranded = engines.Stranded.ToLookup(charge => CallOf(charge.OriginId));
    private readonly ILookup<string, EngineCdr> _cdrs = engines.Cdrs.ToLookup(cdr => CallOf(cdr.OriginId));
    private readonly ILookup<string, AnsweredDialog> _dialogs = wire.AnsweredDialogs.ToLookup(dialog => dialog.CallId);

    /// <summary>What was broken.</summary>
    public List<BrokenPromise> Broken { get; } = [];

    /// <summary>Calls whose answer and whose edge's death fell together.</summary>
    public int Lost { get; private set; }

    /// <summary>Sessions that their engine ended by itself.</summary>
    public int EndedByEngine { get; private set; }

    /// <summary>Answered dialogs that were charged as they should be.</summary>
    public int Charged { get; private set; }

    /// <summary>Checks what is there when everything is over.</summary>
    /// <param name="callId">The call.</param>
    /// <param name="call">What it was to be.</param>
    /// <param name="caller">What the caller lived through.</param>
    /// <param name="callees">The same of the callee behind each next hop; <c>null</c>: it never heard of the call.</param>
    public void Check(string callId, SimulatedCall call, CallExperience caller, CallExperience?[] callees)
    {
        Grants[] granted = [.. _sessions.Select(session => GrantsOf(session, call))];
        Grants GrantedAt(Func<EdgeSessionOptions, bool> isIncluded) =>
            granted.Where((_, index) => isIncluded(_sessions[index])).Aggregate((one, other) => one.And(other));
        AnsweredDialog[] dialogs = [.. _dialogs[callId].OrderBy(dialog => dialog.AnsweredAt)];
        bool rang = callees.Any(callee => callee is not null);
        CheckRefusal(callId, call, GrantedAt(session => session.Route is null), caller, rang);
        for (int hop = 0; hop < callees.Length; hop++)
        {
            CheckRefusal(callId, call, GrantedAt(session => IsServedBy(session, s_hops[hop])), callees[hop] is not null);
        }

        CheckClass(callId, call.Class);
        for (int i = 0; i < dialogs.Length; i++)
        {
            AnsweredDialog dialog = dialogs[i];
            bool isFirst = i == 0;
            Grants least = GrantedAt(session => IsServedBy(session, dialog.AnsweredBy));
            for (int j = 0; j < _sessions.Length; j++)
            {
                ChargingProfile profile = _sessions[j].Profile;
                bool IsOf(string originId) => TagOf(originId) == profile.Tag && (isFirst
                    ? !dialogs.Skip(1).Any(other => originId.EndsWith($";{other.CalleeTag}", StringComparison.Ordinal))
                    : originId.EndsWith($";{dialog.CalleeTag}", StringComparison.Ordinal));
                if (!IsServedBy(_sessions[j], dialog.AnsweredBy))
                {
                    CheckOther(callId, call.Plan, _sessions[j], isFirst, callees, IsOf);
                    continue;
                }

                CheckSession(
                    new Billed(
                        dialog, isFirst, call.Class, profile, least, granted[j].IsDenied,
                        IsParked: parked.Any(originId => CallOf(originId) == callId && IsOf(originId)),
                        IsUnknown: forgotten.Any(originId => CallOf(originId) == callId && IsOf(originId))),
                    [.. _charges[callId].Where(charge => IsOf(charge.OriginId))],
                    _stranded[callId].Where(charge => IsOf(charge.OriginId)).Sum(charge => charge.Seconds),
                    [.. _cdrs[callId].Where(cdr => IsOf(cdr.OriginId))]);
            }
        }

        foreach (IGrouping<string, EngineCdr> records in _cdrs[callId].GroupBy(cdr => cdr.OriginId))
        {
            Promise(records.Count() == 1, ChargingPromise.OneCdr, $"{records.Key}: {records.Count()} CDRs, answered or not");
        }

        if (dialogs.Length == 0)
        {
            CheckUnanswered(callId, call.Plan, caller, callees);
        }
    }

    /// <summary>A session that is bound to another next hop than the one that answered.</summary>
    private void CheckOther(string callId, CallPlan call, EdgeSessionOptions session, bool isFirst, CallExperience?[] callees, Func<string, bool> isOf)
    {
        double charged = _charges[callId].Where(charge => isOf(charge.OriginId)).Sum(charge => charge.Seconds);
        EngineCdr[] cdrs = [.. _cdrs[callId].Where(cdr => isOf(cdr.OriginId))];
        int missed = cdrs.Count(cdr => cdr.AnswerTime is null);
        string told = string.Create(CultureInfo.InvariantCulture, $"{callId}|{session.Profile.Tag}: answered elsewhere, {charged:0.###} s charged, {cdrs.Length} CDRs, {missed} of them of missed calls");
        Promise(charged == 0 && missed == cdrs.Length, ChargingPromise.BoundToItsNextHop, told);
        bool isCertain = call is { RedirectTo: null, ChallengeWith: 0 } && callees.All(callee => callee is null or { Attempts: 1 }) && !WasDown(TimeSpan.Zero, TimeSpan.MaxValue);
        bool isWanted = isFirst && session.Profile is { Cdr: true, MissedCdr: true } && wire.HasTried(callId, session.Route!.Endpoint);
        bool isParked = parked.Any(originId => CallOf(originId) == callId && isOf(originId));
        Promise(!isCertain || missed == (isWanted ? 1 : 0) || isParked, ChargingPromise.MissedCallRecorded, told);
    }

    /// <summary>What is bound to a next hop is granted, or it does not ring there.</summary>
    private void CheckRefusal(string callId, SimulatedCall call, Grants grants, bool rang)
    {
        bool isRefused = call.Class == CallClass.Charged && grants.IsRefused && !IsAllowedAnyway;
        Promise(!rang || !isRefused, ChargingPromise.RefusedCallsDoNotRing, $"{callId}, at a next hop whose session is refused");
    }

    private bool IsAllowedAnyway => plan.IsTroubled && _sessions.Any(session => AllowanceOf(session.Profile) > TimeSpan.Zero);

    private void CheckRefusal(string callId, SimulatedCall call, Grants grants, CallExperience caller, bool rang)
    {
        CallPlan phones = call.Plan;
        if (call.Class != CallClass.Charged)
        {
            bool canPass = wire.HasSeen(callId) && plan.Network.LetsRepeatsThrough && phones is { CallerDiesAfterMs: 0, CancelAfterMs: 0 } && !WasDown(TimeSpan.Zero, TimeSpan.MaxValue);
            Promise(rang || !canPass, ChargingPromise.ExemptCallsPass, $"{callId}: {call.Number} did not ring, status {caller.Status}");
            return;
        }

        string? left = wire.TakenWithoutRoom(callId);
        Promise(left is null, ChargingPromise.RefusedCallsDoNotRing, $"{callId} came when the journal had no room, and then left {left}");
        bool isRefused = caller.Status is 403 or 503 && phones is { RedirectTo: null, ChallengeWith: 0, SecondAnswerAfterMs: 0 } && !WasDown(TimeSpan.Zero, TimeSpan.MaxValue);
        Promise(!rang || !(isRefused || (grants.IsRefused && !IsAllowedAnyway)), ChargingPromise.RefusedCallsDoNotRing, callId);
    }

    /// <summary>What is not charged is recorded as what it is, and everything else is not.</summary>
    private void CheckClass(string callId, CallClass callClass)
    {
        string mark = callClass switch { CallClass.Emergency => "emergency", CallClass.Free => "free", _ => "" };
        Promise(_cdrs[callId].All(cdr => cdr.CallClass == mark), ChargingPromise.ExemptCallsPass, $"{callId}: a CDR is not marked '{mark}'");
        Promise(callClass == CallClass.Charged || !_charges[callId].Any(), ChargingPromise.ExemptCallsPass, $"{callId} is charged");
    }

    private void CheckUnanswered(string callId, CallPlan call, CallExperience caller, CallExperience?[] callees)
    {
        Promise(!_charges[callId].Any(charge => charge.Seconds > 0), ChargingPromise.ChargedOnce, $"{callId} was not answered, and is charged");
        bool wasDown = WasDown(TimeSpan.Zero, TimeSpan.MaxValue);
        bool isCertain = !wasDown && callees.Any(callee => callee is not null) && callees.All(callee => callee is null or { Attempts: <= 1, Answered: false })
            && call is { RedirectTo: null, ChallengeWith: 0, CallerDiesAfterMs: 0 } && wire.HasSeen(callId) && caller.Status >= 300;
        foreach (EdgeSessionOptions session in _sessions)
        {
            bool IsOf(string originId) => TagOf(originId) == session.Profile.Tag;
            int records = _cdrs[callId].Count(cdr => IsOf(cdr.OriginId));
            bool isWanted = session.Profile is { Cdr: true, MissedCdr: true } && (session.Route is null || wire.HasTried(callId, session.Route.Endpoint));
            int least = isWanted && isCertain && !parked.Any(originId => CallOf(originId) == callId && IsOf(originId)) ? 1 : 0;

            // The caller follows a redirection with a call of its own; and what it repeats is a call of its own for an edge that has died meanwhile.
            int most = !isWanted ? 0 : wasDown ? int.MaxValue : call.RedirectTo is null ? 1 : 2;
            Promise(records >= least && records <= most, ChargingPromise.MissedCallRecorded, $"{callId}|{session.Profile.Tag}: {records} CDRs, status {caller.Status}");
        }
    }

    private void CheckSession(Billed billed, EngineCharge[] charges, double stranded, EngineCdr[] cdrs)
    {
        (AnsweredDialog dialog, bool isFirst, CallClass callClass, ChargingProfile profile, Grants grants, bool isDenied, bool isParked, bool isUnknown) = billed;
        string call = $"{dialog.CallId}{(profile.Tag.Length == 0 ? "" : $"|{profile.Tag}")}{(isFirst ? "" : $";{dialog.CalleeTag}")}";
        double charged = charges.Sum(charge => charge.Seconds) - stranded;
        EngineCdr[] answered = [.. cdrs.Where(cdr => cdr.AnswerTime is not null)];
        bool isEndedByEngine = charges.Any(charge => charge.Kind == ScriptedChargeKind.EndedByEngine);
        string told = string.Create(CultureInfo.InvariantCulture, $"{call}: {charged:0.###} s charged ({string.Join(", ", charges.Select(charge => charge.Kind))}), {answered.Length} CDRs{(isParked ? ", parked" : "")}, {Describe(dialog)}");
        Promise(charges.Count(charge => charge.IsFinal) <= 1, ChargingPromise.ChargedOnce, told);
        Promise(answered.Length <= 1, ChargingPromise.OneCdr, told);

        TimeSpan window = isFirst ? s_unrecorded : s_forkDelay + s_unrecorded;
        bool isKnown = charges.Length > 0 || answered.Length > 0 || isParked;
        if (!isKnown && deaths.Any(death => dialog.AnsweredAt <= death.At && death.RecordedTo <= dialog.AnsweredAt + window))
        {
            Lost++;
            return;
        }

        // Initiate did not wait for a disk that took nothing, and the edge died before it did: the engine ends the session by itself, in its
        // own time, or forgets it, and whoever talks does so until they hang up.
        bool isForgotten = deaths.Any(death => death.RecordedTo - window <= dialog.AnsweredAt && dialog.AnsweredAt <= death.At);
        if ((isForgotten && isEndedByEngine) || (isUnknown && answered.Length == 0 && !charges.Any(charge => charge.IsFinal)))
        {
            Lost++;
            return;
        }

        if (dialog.EndedAt is not { } endedAt)
        {
            Promise(false, ChargingPromise.Settled, $"{told}: it has no end");
            return;
        }

        double lived = (endedAt - dialog.AnsweredAt).TotalSeconds;
        if (!isFirst && lived < s_forkDelay.TotalSeconds + 0.05 && !isKnown)
        {
            return;
        }

        // A further answer of a fork is granted something only when it has been up for a while.
        if (isFirst)
        {
            CheckLimit(dialog, grants, told);
            CheckLost(dialog, profile, $"{dialog.CallId}{(profile.Tag.Length == 0 ? "" : $"|{profile.Tag}")}", told);
        }

        (double least, double most) = LivedBounds(dialog, grants, profile, plan.ResumesCalls || callClass == CallClass.Emergency);
        bool isExempt = callClass != CallClass.Charged;
        bool isUncharged = isEndedByEngine || isParked || isDenied || isExempt
            // Nothing debits a session that is paid later but its CDR.
            || profile is { Cdr: false, RequestType: "*postpaid" };
        EndedByEngine += isEndedByEngine ? 1 : 0;
        Promise(isEndedByEngine || charged <= most, ChargingPromise.ChargedOnce, told);
        Promise(isUncharged || isKnown || least <= 0, ChargingPromise.NothingLost, told);
        Promise(isUncharged || !isKnown || charged >= least, ChargingPromise.ChargedAsLived, told);
        bool isRecorded = !profile.Cdr || isForgotten || answered.Length == 1 || isEndedByEngine || isParked || isDenied;
        Promise(isRecorded, ChargingPromise.OneCdr, told);
        Promise(profile.Cdr || answered.Length == 0, ChargingPromise.OneCdr, told);
        Charged += charges.Length > 0 && !isEndedByEngine ? 1 : 0;
        Promise(
            callClass != CallClass.Emergency || !dialog.IsEndedByEdge || dialog.FirstEndedAt < dialog.EndedAt || dialog.AcknowledgedAt is null || !plan.Network.LetsRepeatsThrough || lived >= s_emergencyDuration.TotalSeconds - MillisecondSeconds,
            ChargingPromise.ExemptCallsPass,
            told);
        if (answered is [EngineCdr cdr])
        {
            Promise(!isExempt || (cdr.Seconds >= least && cdr.Seconds <= most), ChargingPromise.CdrTellsTheCall, $"{told}: Usage is {cdr.Seconds} s");
            // A further answer of a fork is stamped when it is charged, by the clock of then.
            double skew = Math.Abs((cdr.AnswerTime!.Value - dialog.AnsweredAtUtc).TotalSeconds);
            Promise(skew <= RoundingSeconds || (!isFirst && plan.HasClockSteps), ChargingPromise.CdrTellsTheCall, $"{told}: AnswerTime is {skew} s off");
            Promise(isEndedByEngine || isDenied || Math.Abs(cdr.Seconds - charged) < 0.01 || charges.Length == 0, ChargingPromise.CdrTellsTheCall, $"{told}: Usage is {cdr.Seconds} s");
        }
    }

    /// <summary>What may be charged for a dialog, in seconds.</summary>
    private (double Least, double Most) LivedBounds(AnsweredDialog dialog, Grants grants, ChargingProfile profile, bool resumes)
    {
        double least = ((dialog.FirstEndedAt ?? dialog.EndedAt)!.Value - dialog.AnsweredAt).TotalSeconds - RoundingSeconds;
        double most = (dialog.EndedAt!.Value - dialog.AnsweredAt).TotalSeconds + RoundingSeconds;

        // An end that the edge had decided waited for its record, and the promise of it to an engine that asked for it before: what the call
        // ran meanwhile is the edge's.
        TimeSpan heldUp = 2 * dialog.HeldUp;
        least -= heldUp.TotalSeconds;

        // What a call ran past its grant until the BYE left, be it the edge's or one that was faster, is not billed.
        least = Math.Min(least, grants.Least.TotalSeconds - RoundingSeconds);
        if (profile.NoAckBilling == NoAckBilling.Zero && !(dialog.AcknowledgedAt <= dialog.EndedAt))
        {
            // What ended it may have been something else, and the BYE waited for the ACK.
            TimeSpan lived = dialog.EndedAt!.Value - dialog.AnsweredAt;
            bool mayBeFree = dialog.IsEndedByEdge || (dialog.IsEndedByCallee && lived > s_calleeGivesUp - s_margin);
            bool isFree = dialog.IsEndedByEdge || (dialog.IsEndedByCallee && lived > s_calleeGivesUp + s_margin);
            least = mayBeFree ? 0 : least;
            most = isFree && !plan.IsTroubled && Min(grants.Initiated, grants.Least) > s_noAck + s_second ? 0 : most;
        }

        foreach (TimeSpan end in (ReadOnlySpan<TimeSpan>)[dialog.FirstEndedAt ?? dialog.EndedAt.Value, dialog.EndedAt.Value])
        {
            if (LastSeenBy(dialog, end, heldUp, resumes) is { } seenBy)
            {
                // What that edge wrote that was not safe may be there or not.
                least = Math.Min(least, (seenBy.RecordedTo - dialog.AnsweredAt - s_heartbeat).TotalSeconds - RoundingSeconds);
                most = resumes ? most : Math.Min(most, (seenBy.At - dialog.AnsweredAt).TotalSeconds + RoundingSeconds);
            }
        }

        if (dialog.FirstEndedAt < dialog.EndedAt)
        {
            // The first end died with the edge that saw it, but the engine may have heard of it.
            most = Math.Max(most, (dialog.FirstEndedAt.Value - dialog.AnsweredAt).TotalSeconds + RoundingSeconds);
        }

        if (deaths.FirstOrDefault(death => death.RecordedTo <= dialog.EndedAt && dialog.EndedAt <= death.At) is { } forgetful)
        {
            // So did its own end of the call: the next edge ends it once more, at its limit if not at once.
            least = Math.Min(least, (forgetful.RecordedTo - dialog.AnsweredAt).TotalSeconds - s_heartbeat.TotalSeconds - RoundingSeconds);
            most = resumes ? Math.Max(most, grants.Most.TotalSeconds) : most;
        }

        return (least, most);
    }

    /// <summary>
    /// After a restart a call is ended, or for a while in doubt: an end that is told then is billed as of when the call was last known to run.
    /// An edge whose last sign of life fell into the doubt, though it died after it, knew no better than the one before. Nor may one whose
    /// last sign of life the disk did not take.
    /// </summary>
    /// <returns>The edge that last knew it to run; <c>null</c>: the one that saw its end.</returns>
    private EdgeDeath? LastSeenBy(AnsweredDialog dialog, TimeSpan end, TimeSpan heldUp, bool resumes)
    {
        EdgeDeath? seenBy = null;
        TimeSpan inDoubtUntil = TimeSpan.MinValue;
        foreach (EdgeDeath death in deaths.Where(death => death.At >= dialog.AnsweredAt && death.At <= end))
        {
            seenBy = seenBy is null || death.RecordedTo - s_heartbeat > inDoubtUntil ? death : seenBy;
            inDoubtUntil = !resumes || death.RestartedAt is null ? TimeSpan.MaxValue : death.RestartedAt.Value + s_doubt;
        }

        return end - heldUp <= inDoubtUntil ? seenBy : null;
    }

    /// <summary>The call ended when its grant did. One that is refused when it is answered may have waited for the disk before it was asked for.</summary>
    private void CheckLimit(AnsweredDialog dialog, Grants grants, string told)
    {
        TimeSpan limit = dialog.AnsweredAt + (plan.IsTroubled ? grants.Most : grants.Initiated);
        Promise(HasEndedBy(dialog, limit > dialog.AnsweredAt ? limit : limit + dialog.HeldUp), ChargingPromise.WithinGrant, $"{told}, {limit - dialog.AnsweredAt} granted");
    }

    /// <summary>The call ended when its engine could have told for long enough that the session is lost. A fault may keep it from doing so.</summary>
    private void CheckLost(AnsweredDialog dialog, ChargingProfile profile, string originId, string told)
    {
        TimeSpan within = s_auditInterval + s_second;
        if (profile.OnLostByEngine == LostSessionPolicy.End && plan.EngineFaultsPerMille == 0 && engines.KnownLostAt(originId, within) is { } lostAt && !WasDown(lostAt, lostAt + within))
        {
            Promise(HasEndedBy(dialog, lostAt + s_auditInterval), ChargingPromise.EndedWhenLost, $"{told}: its engine lost it at {lostAt.TotalSeconds:0.000} s");
        }
    }

    /// <summary>
    /// A call that had to end at a moment has ended a second after it at the latest, or after the moment when it might: when its ACK came or
    /// was given up, and when an edge was there again that died while it waited for that.
    /// </summary>
    private bool HasEndedBy(AnsweredDialog dialog, TimeSpan moment)
    {
        TimeSpan allowed = Max(moment, Min(dialog.AcknowledgedAt ?? TimeSpan.MaxValue, dialog.AnsweredAt + s_noAck));
        foreach (EdgeDeath death in deaths)
        {
            // An end that died with the edge which saw it comes again when the next one runs.
            bool isRevived = dialog.FirstEndedAt < dialog.EndedAt && dialog.FirstEndedAt <= death.At;
            allowed = (isRevived || death.At <= allowed + s_second) && death.At >= dialog.AnsweredAt ? Max(allowed, death.RestartedAt ?? TimeSpan.MaxValue) : allowed;
        }

        return dialog.EndedAt <= allowed + s_second;
    }

    private bool WasDown(TimeSpan from, TimeSpan to) => deaths.Any(death => death.At <= to && (death.RestartedAt ?? TimeSpan.MaxValue) >= from);

    private static TimeSpan AllowanceOf(ChargingProfile profile) =>
        profile.AllowedWithoutEngine ?? (profile.RequestType == "*postpaid" ? TimeSpan.FromHours(1) : TimeSpan.Zero);

    private Grants GrantsOf(EdgeSessionOptions session, SimulatedCall call)
    {
        if (call.Class != CallClass.Charged)
        {
            TimeSpan duration = call.Class == CallClass.Emergency ? s_emergencyDuration : maxCallDuration;
            return new Grants(duration, duration, duration, IsRefused: false, IsDenied: false);
        }

        string name = session.Account ?? call.Account;
        if (plan.ScriptedEngines == 0)
        {
            // Whoever pays later is asked nothing.
            bool isRefused = name == "nobody" && session.Profile.RequestType == "*prepaid";
            return new Grants(maxCallDuration, maxCallDuration, TimeSpan.Zero, isRefused, isRefused);
        }

        SimulatedAccount account = SimulatedAccount.Parse(name);
        TimeSpan initiated = Limit(account.Initiated, session.Profile.DebitInterval is null ? session.Profile.AuthorizeUsage : null);
        TimeSpan authorized = session.IsAuthorized ? Limit(account.Authorized, session.Profile.AuthorizeUsage) : maxCallDuration;
        TimeSpan allowance = Min(AllowanceOf(session.Profile), maxCallDuration);

        // A call that is debited by the piece ends with a piece when the next one is not to be had.
        TimeSpan piece = session.Profile.DebitInterval ?? maxCallDuration;
        TimeSpan least = Min(Min(initiated, authorized), plan.IsTroubled ? piece : maxCallDuration);
        return new Grants(
            initiated,
            Max(Max(initiated, authorized), allowance),
            plan.IsTroubled && allowance > TimeSpan.Zero ? Min(least, allowance) : least,
            IsRefused: authorized < TimeSpan.FromSeconds(1),
            IsDenied: account.Initiated is null);
    }

    /// <summary>A grant as long as what was asked for is no limit.</summary>
    private TimeSpan Limit(CgrDuration? grant, TimeSpan? asked) => grant switch
    {
        null => TimeSpan.Zero,
        { IsUnlimited: true } => maxCallDuration,
        _ when asked <= grant.Value.ToTimeSpan() => maxCallDuration,
        _ => Min(grant.Value.ToTimeSpan(), maxCallDuration),
    };

    private void Promise(bool holds, ChargingPromise promise, string detail)
    {
        if (!holds)
        {
            Broken.Add(new BrokenPromise(promise.ToString(), detail));
        }
    }

    private static string Describe(AnsweredDialog dialog) => string.Create(
        CultureInfo.InvariantCulture,
        $"lived {(dialog.EndedAt - dialog.AnsweredAt)?.TotalSeconds:0.000} s from {dialog.AnsweredAt.TotalSeconds:0.000} s{(dialog.IsEndedByEdge ? " until the edge ended it" : "")}");

    /// <summary>The Call-ID that an identity begins with.</summary>
    private static string CallOf(string originId) => originId.Split(';', '|')[0];

    private static string TagOf(string originId) => originId.Split(';')[0].Split('|').ElementAtOrDefault(1) ?? "";

    private static bool IsServedBy(EdgeSessionOptions session, SipEndpoint nextHop) => session.Route is null || session.Route.Endpoint == nextHop;

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    /// <param name="Initiated">How long the call may run once all is known.</param>
    /// <param name="Most">How long at the most if not all gets known.</param>
    /// <param name="Least">What it may be cut at, at the least.</param>
    /// <param name="IsRefused">Authorize refuses.</param>
    /// <param name="IsDenied">Initiate refuses.</param>
    private sealed record Grants(TimeSpan Initiated, TimeSpan Most, TimeSpan Least, bool IsRefused, bool IsDenied)
    {
        /// <summary>What a call has with two sessions.</summary>
        public Grants And(Grants other) =>
            new(Min(Initiated, other.Initiated), Min(Most, other.Most), Min(Least, other.Least), IsRefused || other.IsRefused, IsDenied || other.IsDenied);
    }

    /// <param name="Dialog">The dialog.</param>
    /// <param name="IsFirst">The call's first answer.</param>
    /// <param name="Class">What kind of call it is.</param>
    /// <param name="Profile">The session of it.</param>
    /// <param name="Grants">What all of its sessions are granted together.</param>
    /// <param name="IsDenied">Initiate refuses this one.</param>
    /// <param name="IsParked">It was parked.</param>
    /// <param name="IsUnknown">Its records died with its edge.</param>
    private sealed record Billed(
        AnsweredDialog Dialog, bool IsFirst, CallClass Class, ChargingProfile Profile, Grants Grants, bool IsDenied, bool IsParked, bool IsUnknown);
}

/// <summary>The edge's process was gone for a while.</summary>
internal sealed class EdgeDeath(TimeSpan at, TimeSpan recordedTo, IReadOnlySet<string> unrecorded)
{
    public TimeSpan At { get; } = at;

    /// <summary>What was written from then on died with it, for it was not safe: the disk had not taken it.</summary>
    public TimeSpan RecordedTo { get; } = recordedTo;

    /// <summary>Sessions of which something died with it so.</summary>
    public IReadOnlySet<string> Unrecorded { get; } = unrecorded;

    /// <summary>When the next one began; <c>null</c>: not yet.</summary>
    public TimeSpan? RestartedAt { get; set; }
}
