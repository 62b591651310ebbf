using System.Buffers;
using System.Text;
using HotPath.Commands;
using HotPath.Rpc;

namespace HotPath.Testing;

/// <summary>One request as the scripted engine got it.</summary>
/// <param name="Method">Method name.</param>
/// <param name="Parameters">The one parameter, raw JSON.</param>
/// <param name="Link">Number of the connection it came over, from 0, in order of acceptance.</param>
public sealed record ScriptedRequest(string Method, string Parameters, int Link);

/// <summary>
/// A charging engine that does what the test says, and otherwise charges as a stock CGRateS does (<see cref="ScriptedLedger"/>): grants the time asked for up
/// to <see cref="Grant"/>, so that a reply can be told to be its request's own; binds a session to the connection that initiated it; holds
/// its lock while the client is asked to end it. It runs wherever its links run: over sockets in a <see cref="ScriptedEngineHost"/>, or
/// on an <see cref="InMemoryNetwork"/>. Single-threaded.
/// </summary>
public sealed partial class ScriptedEngine : IRpcRequestSink
{
    // CGRateS takes a list of any number of active sessions.
    private static readonly RpcServerLimits s_limits = new() { MaxFrameBytes = 64 * 1024 * 1024 };

    /// <summary>A CDR without a session is debited after the engine has looked for the session's costs this long (facts: wire/README.md, repetition).</summary>
    private static readonly TimeSpan s_costSearchTime = TimeSpan.FromSeconds(12);

    private readonly TimeProvider _time;
    private readonly Dictionary<string, Queue<ScriptedAnswer>> _script = [];
    private readonly ScriptedLedger _ledger = new();
    private readonly List<RpcServerLink> _links = [];
    private readonly Dictionary<RpcServerLink, int> _linkNumbers = [];
    private readonly PriorityQueue<Action, (long DueAt, long Order)> _due = new();
    private readonly CgrScratch _scratch = new();
    private readonly ArrayBufferWriter<byte> _result = new();
    private long _order;

    /// <param name="time">The clock of delayed answers and of sessions.</param>
    public ScriptedEngine(TimeProvider? time = null) => _time = time ?? TimeProvider.System;

    /// <summary>The longest time granted to a call, and what is granted if no time is asked for.</summary>
    public CgrDuration Grant { get; set; } = CgrDuration.FromSeconds(3600);

    /// <summary>
    /// Says for an account what Authorize (false) or Initiate (true) grants it instead of <see cref="Grant"/>; <c>null</c>: there is no
    /// such account.
    /// </summary>
    public Func<string, bool, CgrDuration?>? GrantTo { get; set; }

    /// <summary>Nothing is answered any more, as by an engine that hangs.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Requests, CDRs and charges are kept for the test to read. Off, the usual answers allocate next to nothing.</summary>
    public bool IsRecording
    {
        get => _ledger.IsRecording;
        set => _ledger.IsRecording = value;
    }

    /// <summary>What requests without a script meet; <c>null</c>: a reliable engine.</summary>
    public EngineFaults? Faults { get; set; }

    /// <summary>How long every normal answer takes, asked anew for each (<see cref="EngineLatency"/>); <c>null</c>: no time.</summary>
    public Func<TimeSpan>? Latency { get; set; }

    /// <summary>The engine's setting <c>store_session_costs</c>: a late CDR is not debited again.</summary>
    public bool StoresSessionCosts
    {
        get => _ledger.StoresSessionCosts;
        set => _ledger.StoresSessionCosts = value;
    }

    /// <summary>Has what is done to accounts and CDRs outlive the process, and goes on with what an earlier one did. To be called first.</summary>
    public void Use(ScriptedEngineFile file) => _ledger.Use(file);

    /// <summary>Has this engine and another one share their sessions. To be called first.</summary>
    public void ShareSessions(ScriptedEngine other) => _ledger.Share(other._ledger);

    /// <summary>How long a session outlives the connection it is bound to, before the engine ends it by itself.</summary>
    public TimeSpan OrphanTime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Everything asked so far, in order of arrival.</summary>
    public List<ScriptedRequest> Requests { get; } = [];

    /// <summary>Requests so far, recorded or not.</summary>
    public long RequestCount { get; private set; }

    /// <summary>Connections accepted so far.</summary>
    public int Accepted { get; private set; }

    /// <summary>Connections open now, in order of acceptance.</summary>
    public IReadOnlyList<RpcServerLink> Links => _links;

    /// <summary>Sessions open now.</summary>
    public IEnumerable<(string OriginHost, string OriginId)> Sessions => _ledger.Open.Keys;

    /// <summary>Sessions that ended without their client's doing while it could not be told, in order.</summary>
    public IReadOnlyList<ScriptedLoss> Losses => _ledger.Losses;

    /// <summary>What stays debited of sessions that were not ended: those a restart forgot, and those that are open.</summary>
    public IEnumerable<(string OriginId, CgrDuration Debited)> Stranded =>
        _ledger.Losses.Select(loss => (loss.OriginId, loss.Stranded)).Concat(_ledger.Open.Values.Select(session => (session.OriginId, session.Debited)));

    /// <summary>The engine is up, and the one that shares its sessions reaches it, unless it hangs.</summary>
    public bool IsReachedByPeer
    {
        get => _ledger.IsReached;
        set => _ledger.IsReached = value;
    }

    /// <summary>What was debited, in order.</summary>
    public IReadOnlyList<ScriptedCharge> Charges => _ledger.Charges;

    /// <summary>CDRs stored, in order.</summary>
    public List<string> Cdrs { get; } = [];

    private long NowMs => _time.GetTimestamp() / (_time.TimestampFrequency / 1000);

    /// <summary>The server's side of a new connection: what an <see cref="InMemoryNetwork"/> is told to listen with.</summary>
    public IEngineLinkHandler Accept(IEngineLink link) => Accept(link, RpcPort.TwoWay);

    /// <summary>The same for one of the two listeners.</summary>
    public IEngineLinkHandler Accept(IEngineLink link, RpcPort port) => new RpcServerLink(link, port, this, s_limits);

    /// <summary>Has the next request of this method answered like this. Several calls queue up.</summary>
    public void Script(string method, params ScriptedAnswer[] answers)
    {
        if (!_script.TryGetValue(method, out Queue<ScriptedAnswer>? queue))
        {
            _script[method] = queue = new Queue<ScriptedAnswer>();
        }

        foreach (ScriptedAnswer answer in answers)
        {
            queue.Enqueue(answer);
        }
    }

    /// <summary>The time debited to a session so far, over all its repetitions.</summary>
    public CgrDuration Charged(string originId, string originHost = "") => new(
        Charges.Where(charge => (charge.OriginHost, charge.OriginId) == (originHost, originId)).Sum(charge => charge.Usage.Nanoseconds));

    /// <summary>Begins anew, as after a restart: its connections and open sessions are gone.</summary>
    public void Restart()
    {
        CloseLinks();
        _ledger.ForgetSessions(NowMs);
    }

    /// <summary>Closes every connection; those who wait for an answer get none.</summary>
    public void CloseLinks()
    {
        foreach (RpcServerLink link in _links.ToArray())
        {
            link.Close();
        }
    }

    /// <summary>Does what is due: delayed answers, sessions whose time is over.</summary>
    /// <returns>In how many milliseconds there is something to do again; -1: not before a request.</returns>
    public long Advance()
    {
        while (_due.TryPeek(out Action? work, out (long DueAt, long Order) when))
        {
            long left = when.DueAt - _time.GetTimestamp();
            if (left > 0)
            {
                return (long)Math.Ceiling(left * 1000.0 / _time.TimestampFrequency);
            }

            _due.Dequeue();
            work();
        }

        return -1;
    }

    void IRpcRequestSink.OnOpened(RpcServerLink link)
    {
        _links.Add(link);
        _linkNumbers.Add(link, Accepted++);
    }

    void IRpcRequestSink.OnRequest(RpcServerLink link, in RpcRequest request)
    {
        RequestCount++;
        if (IsRecording)
        {
            Requests.Add(new ScriptedRequest(
                Encoding.UTF8.GetString(request.Method), Encoding.UTF8.GetString(request.Parameters), _linkNumbers[link]));
        }

        if (!IsSilent)
        {
            Serve(link, request, TakeScript(request.Method) ?? Faults?.Next());
        }
    }

    void IRpcRequestSink.OnClosed(RpcServerLink link, string reason)
    {
        _links.Remove(link);
        _linkNumbers.Remove(link);
        foreach (ScriptedSession session in _ledger.Open.Values.Where(session => session.Link == link).ToArray())
        {
            After(OrphanTime, () => EndByEngine(session));
        }
    }

    private ScriptedAnswer? TakeScript(ReadOnlySpan<byte> method) =>
        _script.Count > 0
        && _script.TryGetValue(Encoding.UTF8.GetString(method), out Queue<ScriptedAnswer>? queue)
        && queue.TryDequeue(out ScriptedAnswer? answer) ? answer : null;

    private void Serve(RpcServerLink link, in RpcRequest request, ScriptedAnswer? scripted)
    {
        // The commonest request is answered without a string: load tests measure the client, not this.
        if (scripted is null && Latency is null && GrantTo is null && request.Method.SequenceEqual("SessionSv1.AuthorizeEvent"u8))
        {
            _dialect = CgrDialect.Current;
            link.Reply(request.Id, new AuthorizeReply { MaxUsage = Authorize(request.Parameters) }, _dialect);
            return;
        }

        ScriptedAnswer? answer = scripted is null or { IsNormal: true } ? Execute(link, request, scripted) : scripted;
        if (answer is null)
        {
            // It waits for a session's lock, and is served again.
            return;
        }

        if (scripted is { IsNormal: true })
        {
            answer = scripted with { Result = answer.Result, Error = answer.Error, Delay = answer.Delay + scripted.Delay };
        }

        TimeSpan delay = answer.Delay + (Latency?.Invoke() ?? TimeSpan.Zero);
        if (delay > TimeSpan.Zero)
        {
            WriteLater(link, request.Id.ToArray(), answer, delay);
        }
        else
        {
            Write(link, request.Id, answer);
        }
    }

    private void WriteLater(RpcServerLink link, byte[] id, ScriptedAnswer answer, TimeSpan delay) => After(delay, () =>
    {
        if (!IsSilent)
        {
            Write(link, id, answer);
        }
    });

    private void Write(RpcServerLink link, ReadOnlySpan<byte> id, ScriptedAnswer answer)
    {
        if (answer.AnsweredId is not null)
        {
            id = Encoding.UTF8.GetBytes(answer.AnsweredId);
        }

        for (int time = 0; time < answer.Times; time++)
        {
            if (answer.CutAfter is { } length)
            {
                ArrayBufferWriter<byte> whole = new();
                EnvelopeWriter.WriteAnswer(whole, id, Encoding.UTF8.GetBytes(answer.Result ?? "null"));
                link.WriteRaw(whole.WrittenSpan[..Math.Min(length, whole.WrittenCount)]);
                link.Close();
            }
            else if (answer.Raw is not null)
            {
                link.WriteRaw(Encoding.UTF8.GetBytes(answer.Raw.Replace("{id}", Encoding.UTF8.GetString(id), StringComparison.Ordinal)));
            }
            else if (answer.Result is not null)
            {
                link.Reply(id, Encoding.UTF8.GetBytes(answer.Result));
            }
            else if (answer.Error is not null)
            {
                link.ReplyError(id, Encoding.UTF8.GetBytes(answer.Error));
            }
        }

        if (answer.AsksBehind && link.Port == RpcPort.TwoWay)
        {
            Ask(link, "SessionSv1.GetActiveSessionIDs"u8, "\"\""u8);
        }

        if (answer.HangsUp)
        {
            link.Close();
        }
        else if (answer.EndsStream)
        {
            link.EndSending();
        }
    }

    private void After(TimeSpan time, Action work) =>
        _due.Enqueue(work, (_time.GetTimestamp() + (long)(time.TotalSeconds * _time.TimestampFrequency), _order++));
}
