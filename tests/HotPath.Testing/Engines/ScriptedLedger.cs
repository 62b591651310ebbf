using HotPath.Commands;
using HotPath.Rpc;

namespace HotPath.Testing;

/// <summary>
/// What a stock CGRateS debits, and what it answers, when session commands come, come again and come late (facts: wire/README.md, repetition).
/// It recognises no repeated request:
/// <code>
/// request      session open                      closed within the TTL          neither
/// Initiate     EXISTS                            opens; reserves the Usage      the same
/// Update       debits the Usage                  opens; debits the Usage        the same
/// Terminate    debits what is missing; closes    debits the Usage in one shot   the same
/// CDR          nothing                           nothing                        prepaid: debits the Usage, 12 s later
/// CDR again    PARTIALLY_EXECUTED                PARTIALLY_EXECUTED             PARTIALLY_EXECUTED
/// </code>
/// With <see cref="StoresSessionCosts"/> a CDR finds what Terminate debited however late it comes. A postpaid or pseudoprepaid session is
/// debited by its CDR alone, one of another kind not at all.
/// </summary>
internal sealed class ScriptedLedger
{
    /// <summary>How long a closed session is remembered for its CDR (<c>closed_session_ttl</c>).</summary>
    private static readonly TimeSpan s_closedSessionTtl = TimeSpan.FromSeconds(10);

    private readonly Dictionary<(string OriginHost, string OriginId), ScriptedSession> _open = [];
    private readonly Dictionary<(string OriginHost, string OriginId), ScriptedSession> _passive = [];
    private readonly List<ScriptedLedger> _peers = [];
    private Dictionary<(string OriginHost, string OriginId), long> _closedMs = [];
    private HashSet<(string OriginHost, string OriginId)> _recorded = [];

    public List<ScriptedCharge> Charges { get; } = [];

    public List<ScriptedLoss> Losses { get; } = [];

    public IReadOnlyDictionary<(string OriginHost, string OriginId), ScriptedSession> Open => _open;

    /// <summary>What other engines that share their sessions have handed over: the engine goes on with one when it is told something of it.</summary>
    public IReadOnlyDictionary<(string OriginHost, string OriginId), ScriptedSession> Passive => _passive;

    /// <summary>The engine is up, and the engines that share its sessions reach it.</summary>
    public bool IsReached { get; set; } = true;

    /// <summary>The engine shares its sessions.</summary>
    public bool IsShared => _peers.Count > 0;

    /// <summary>All that share its sessions learn what becomes of one.</summary>
    public bool ReachesPeers => ReachedPeers().Count() == _peers.Count;

    /// <summary>Where what is done is written down; <c>null</c>: nowhere.</summary>
    public ScriptedEngineFile? File { get; private set; }

    /// <summary>Charges are kept.</summary>
    public bool IsRecording { get; set; } = true;

    /// <summary>The engine's setting <c>store_session_costs</c>.</summary>
    public bool StoresSessionCosts { get; set; }

    /// <summary>Goes on with what an earlier process of the engine did: its CDRs stand, its open sessions are gone.</summary>
    public void Use(ScriptedEngineFile file)
    {
        File = file;
        foreach (ScriptedEvent known in file.Known)
        {
            (string, string) key = (known.OriginHost, known.OriginId);
            if (known.Kind is ScriptedEventKind.Recorded or ScriptedEventKind.Ended)
            {
                _recorded.Add(key);
            }
            else if (known.Kind == ScriptedEventKind.Terminated && StoresSessionCosts)
            {
                _closedMs[key] = 0;
            }
        }
    }

    /// <summary>
    /// Has two engines share their sessions (<c>replication_conns</c>), and what is stored: CDRs, and the costs of sessions where they are. An
    /// engine hands each session that changes to the other, which keeps it passive and goes on with it when it is told something of it; a
    /// session that was active there becomes passive (facts: cgrates-engine.md §4.3). GetActiveSessions says nothing of passive ones, and
    /// Initiate opens another one beside them.
    /// </summary>
    public void Share(ScriptedLedger other)
    {
        _peers.Add(other);
        other._peers.Add(this);
        other._recorded = _recorded;
        other._closedMs = StoresSessionCosts ? _closedMs : other._closedMs;
    }

    /// <summary>A session that the other engine has handed over becomes active here, if there is one.</summary>
    public void Activate((string OriginHost, string OriginId) key, RpcServerLink link)
    {
        if (!_open.ContainsKey(key) && _passive.Remove(key, out ScriptedSession? session))
        {
            _open.Add(key, ScriptedSession.CopyOf(session, link));
            foreach (ScriptedLedger peer in _peers)
            {
                if (peer._open.TryGetValue(key, out ScriptedSession? left))
                {
                    left.TakenOver = session.Debited;
                }
            }

            foreach (ScriptedLoss loss in _peers.SelectMany(peer => peer.Losses).Where(loss => loss.OriginId == session.OriginId))
            {
                loss.Stranded = new CgrDuration(Math.Max(0, loss.Stranded.Nanoseconds - session.Debited.Nanoseconds));
            }
        }
    }

    /// <returns>False: the session exists.</returns>
    public bool TryOpen(ScriptedSession session, CgrDuration reserved)
    {
        if (!_open.TryAdd(session.Key, session))
        {
            return false;
        }

        foreach (ScriptedLoss loss in Losses)
        {
            loss.IsOpenAgain |= loss.OriginId == session.OriginId;
        }

        File?.Write(ScriptedEventKind.Opened, session.Key, reserved);
        session.Granted = reserved;
        if (session.IsPrepaid && reserved.Nanoseconds > 0)
        {
            Debit(session, reserved, ScriptedChargeKind.Reserved);
        }

        _passive.Remove(session.Key);
        HandOver(session);
        return true;
    }

    /// <summary>
    /// What a restart forgets; reservations stay debited. What is remembered of ended sessions for their CDRs is not forgotten here, though
    /// a CGRateS without stored session costs does: the delivery rules count on it (design: RPC transport), and no client can tell.
    /// </summary>
    public void ForgetSessions(long nowMs)
    {
        Losses.AddRange(_open.Values.Where(_ => IsRecording).Select(session => new ScriptedLoss(session.OriginId, nowMs, session.Debited)
        {
            Stranded = new CgrDuration(session.Debited.Nanoseconds - session.TakenOver.Nanoseconds),
        }));
        _open.Clear();
        _passive.Clear();
    }

    /// <summary>A debit in the middle of a session.</summary>
    /// <param name="session">The session.</param>
    /// <param name="usage">The next piece.</param>
    /// <param name="total">What was used before it, if that is said: what was debited beyond it is set off.</param>
    public void Update(ScriptedSession session, CgrDuration usage, CgrDuration? total)
    {
        CgrDuration before = session.Debited;
        session.Granted = new CgrDuration((total ?? session.Granted).Nanoseconds + usage.Nanoseconds);
        if (session.IsPrepaid)
        {
            Debit(session, new CgrDuration(session.Debited.Nanoseconds - before.Nanoseconds), ScriptedChargeKind.Updated);
        }

        HandOver(session);
    }

    /// <summary>Executes a TerminateSession.</summary>
    public void Terminate((string OriginHost, string OriginId) key, string requestType, CgrDuration usage, long nowMs)
    {
        File?.Write(ScriptedEventKind.Terminated, key, usage);
        if (_open.TryGetValue(key, out ScriptedSession? session))
        {
            Close(session, usage, ScriptedChargeKind.Terminated, nowMs);
        }
        else
        {
            _closedMs[key] = nowMs;
            if (ScriptedSession.IsPrepaidType(requestType))
            {
                Debit(new ScriptedCharge(key.OriginHost, key.OriginId, usage, ScriptedChargeKind.OneShot));
            }
        }
    }

    /// <summary>The engine ends a session by itself, and records it.</summary>
    public void EndByEngine(ScriptedSession session, long nowMs)
    {
        CgrDuration usage = CgrDuration.FromTimeSpan(TimeSpan.FromMilliseconds(nowMs - session.OpenedMs));
        File?.Write(ScriptedEventKind.Ended, session.Key, usage);
        if (IsRecording && !session.IsReachable)
        {
            Losses.Add(new ScriptedLoss(session.OriginId, nowMs, CgrDuration.Zero));
        }

        Close(session, usage, ScriptedChargeKind.EndedByEngine, nowMs);
        _recorded.Add(session.Key);
    }

    /// <summary>Takes a CDR in.</summary>
    /// <returns>What it debits, which the caller enters in its time; <c>null</c>: nothing.</returns>
    public ScriptedCharge? Record((string OriginHost, string OriginId) key, string requestType, CgrDuration usage, long nowMs, out bool isRepeated)
    {
        isRepeated = !_recorded.Add(key);
        if (isRepeated || usage.Nanoseconds == 0)
        {
            return null;
        }

        if (!ScriptedSession.IsPrepaidType(requestType))
        {
            return requestType is not ("*postpaid" or "*pseudoprepaid") ? null : new ScriptedCharge(key.OriginHost, key.OriginId, usage, ScriptedChargeKind.Postpaid);
        }

        bool isKnown = _open.ContainsKey(key)
            || (_closedMs.TryGetValue(key, out long closedMs) && (StoresSessionCosts || nowMs - closedMs <= s_closedSessionTtl.TotalMilliseconds));
        return isKnown ? null : new ScriptedCharge(key.OriginHost, key.OriginId, usage, ScriptedChargeKind.LateCdr);
    }

    /// <summary>Enters a debit.</summary>
    public void Debit(ScriptedCharge charge)
    {
        // That of a late CDR was written when it became certain.
        if (charge.Kind != ScriptedChargeKind.LateCdr)
        {
            Write(charge);
        }

        if (IsRecording)
        {
            Charges.Add(charge);
        }
    }

    /// <summary>Writes a debit down before it is entered.</summary>
    public void Write(ScriptedCharge charge) =>
        File?.Write(ScriptedEventKind.Debited, (charge.OriginHost, charge.OriginId), charge.Usage, charge.Kind.ToString());

    private void Close(ScriptedSession session, CgrDuration usage, ScriptedChargeKind kind, long nowMs)
    {
        _open.Remove(session.Key);
        _closedMs[session.Key] = nowMs;
        foreach (ScriptedLedger peer in ReachedPeers())
        {
            peer._passive.Remove(session.Key);
        }

        if (session.IsPrepaid || (session.IsChargedByCdr && kind == ScriptedChargeKind.EndedByEngine))
        {
            Debit(session, new CgrDuration(usage.Nanoseconds - session.Debited.Nanoseconds), kind);
        }
    }

    private IEnumerable<ScriptedLedger> ReachedPeers() => _peers.Where(peer => IsReached && peer.IsReached);

    private void HandOver(ScriptedSession session)
    {
        foreach (ScriptedLedger peer in ReachedPeers())
        {
            peer.Take(session);
        }
    }

    private void Take(ScriptedSession session)
    {
        if (_open.Remove(session.Key, out ScriptedSession? own))
        {
            CgrDuration stranded = new(Math.Max(0, own.Debited.Nanoseconds - session.Carried.Nanoseconds));
            Losses.Add(new ScriptedLoss(own.OriginId, own.OpenedMs, own.Debited) { Stranded = stranded, IsOpenAgain = true });
        }

        _passive[session.Key] = ScriptedSession.CopyOf(session, session.Link);
    }

    private void Debit(ScriptedSession session, CgrDuration usage, ScriptedChargeKind kind) =>
        Debit(new ScriptedCharge(session.OriginHost, session.OriginId, usage, kind));
}
