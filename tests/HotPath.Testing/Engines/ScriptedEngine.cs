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

/// <summary>What the engine makes of one request instead of its normal answer.</summary>
public sealed record ScriptedAnswer
{
    /// <summary>Nothing is answered.</summary>
    public static ScriptedAnswer Silence { get; } = new();

    /// <summary>The connection is closed without an answer.</summary>
    public static ScriptedAnswer Hangup { get; } = new() { HangsUp = true };

    /// <summary>The result, raw JSON.</summary>
    public string? Result { get; init; }

    /// <summary>The error's text, if there is no result.</summary>
    public string? Error { get; init; }

    /// <summary>Bytes written as they are, instead of an answer; <c>{id}</c> stands for the request's id.</summary>
    public string? Raw { get; init; }

    /// <summary>The normal answer, in spite of the script: to be delayed or doubled.</summary>
    public bool IsNormal { get; init; }

    /// <summary>How long the answer takes, on the engine's clock.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>How often it is sent.</summary>
    public int Times { get; init; } = 1;

    /// <summary>The connection is closed, after the answer if there is one.</summary>
    public bool HangsUp { get; init; }
}

/// <summary>
/// A charging engine that does what the test says, and otherwise what a stock CGRateS does (facts: wire/README.md): grants a fixed time; a repeated Initiate is
/// <c>EXISTS</c>; a repeated Terminate is charged again as a one-shot; a repeated CDR is <c>PARTIALLY_EXECUTED</c>; a session lives no longer than
/// the connection that initiated it. It runs wherever its links run: over sockets in a <see cref="ScriptedEngineHost"/>, or on an
/// <see cref="InMemoryNetwork"/>. Single-threaded.
/// </summary>
public sealed class ScriptedEngine : IRpcRequestSink
{
    private readonly TimeProvider _time;
    private readonly Dictionary<string, Queue<ScriptedAnswer>> _script = [];
    private readonly Dictionary<(string OriginHost, string OriginId), RpcServerLink> _sessions = [];
    private readonly HashSet<(string OriginHost, string OriginId)> _cdrs = [];
    private readonly List<RpcServerLink> _links = [];
    private readonly PriorityQueue<(RpcServerLink Link, byte[] Id, ScriptedAnswer Answer), long> _delayed = new();
    private readonly CgrScratch _scratch = new();
    private readonly ArrayBufferWriter<byte> _result = new();
    private readonly Dictionary<RpcServerLink, int> _linkNumbers = [];

    /// <param name="time">The clock of delayed answers.</param>
    public ScriptedEngine(TimeProvider? time = null) => _time = time ?? TimeProvider.System;

    /// <summary>The time granted to every call.</summary>
    public CgrDuration Grant { get; set; } = CgrDuration.FromSeconds(3600);

    /// <summary>Nothing is answered any more, as by an engine that hangs.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Requests are recorded in <see cref="Requests"/>. Off, the usual answers allocate next to nothing.</summary>
    public bool IsRecording { get; set; } = true;

    /// <summary>Everything asked so far, in order of arrival.</summary>
    public List<ScriptedRequest> Requests { get; } = [];

    /// <summary>Connections open now, in order of acceptance.</summary>
    public IReadOnlyList<RpcServerLink> Links => _links;

    /// <summary>Sessions open now.</summary>
    public IReadOnlyCollection<(string OriginHost, string OriginId)> Sessions => _sessions.Keys;

    /// <summary>What was charged: one entry per Terminate that the engine executed, be it a repetition.</summary>
    public List<(string OriginId, CgrDuration Usage)> Charges { get; } = [];

    /// <summary>CDRs stored, in order.</summary>
    public List<string> Cdrs { get; } = [];

    /// <summary>The server's side of a new connection: what an <see cref="InMemoryNetwork"/> is told to listen with.</summary>
    public IEngineLinkHandler Accept(IEngineLink link) => Accept(link, RpcPort.TwoWay);

    /// <summary>The same for one of the two listeners.</summary>
    public IEngineLinkHandler Accept(IEngineLink link, RpcPort port) => new RpcServerLink(link, port, this);

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

    /// <summary>Asks the client of a session, over the connection that initiated it, to end it.</summary>
    /// <returns>There is such a session.</returns>
    public bool Disconnect(string originId, string reason, IRpcCallHandler handler, string originHost = "")
    {
        if (!_sessions.TryGetValue((originHost, originId), out RpcServerLink? link))
        {
            return false;
        }

        ArrayBufferWriter<byte> parameters = new();
        new DisconnectSession { OriginId = originId, OriginHost = originHost, Reason = reason }.Encode(parameters, CgrDialect.Current);
        return link.Call("SessionSv1.DisconnectSession"u8, parameters.WrittenSpan, handler, 0) > 0;
    }

    /// <summary>Asks every client for the sessions it knows, as the engine does to find stale ones.</summary>
    public void AskActiveSessions(IRpcCallHandler handler)
    {
        foreach (RpcServerLink link in _links.ToArray())
        {
            link.Call("SessionSv1.GetActiveSessionIDs"u8, "{}"u8, handler, 0);
        }
    }

    /// <summary>Closes every connection; those who wait for an answer get none.</summary>
    public void CloseLinks()
    {
        foreach (RpcServerLink link in _links.ToArray())
        {
            link.Close();
        }
    }

    /// <summary>Sends the delayed answers that are due.</summary>
    /// <returns>In how many milliseconds the next is; -1: there is none.</returns>
    public long Advance()
    {
        long nowMs = NowMs;
        while (_delayed.TryPeek(out (RpcServerLink Link, byte[] Id, ScriptedAnswer Answer) answer, out long dueMs))
        {
            if (dueMs > nowMs)
            {
                return dueMs - nowMs;
            }

            _delayed.Dequeue();
            Write(answer.Link, answer.Id, answer.Answer);
        }

        return -1;
    }

    void IRpcRequestSink.OnOpened(RpcServerLink link)
    {
        _links.Add(link);
        _linkNumbers.Add(link, _linkNumbers.Count);
    }

    void IRpcRequestSink.OnRequest(RpcServerLink link, in RpcRequest request)
    {
        if (IsRecording)
        {
            Requests.Add(new ScriptedRequest(
                Encoding.UTF8.GetString(request.Method), Encoding.UTF8.GetString(request.Parameters), _linkNumbers[link]));
        }

        if (IsSilent)
        {
            return;
        }

        if (_script.Count > 0
            && _script.TryGetValue(Encoding.UTF8.GetString(request.Method), out Queue<ScriptedAnswer>? queue)
            && queue.TryDequeue(out ScriptedAnswer? scripted))
        {
            if (scripted.IsNormal)
            {
                (string? result, string? error) = Execute(link, request);
                scripted = scripted with { Result = result, Error = error };
            }

            if (scripted.Delay > TimeSpan.Zero)
            {
                _delayed.Enqueue((link, request.Id.ToArray(), scripted), NowMs + (long)scripted.Delay.TotalMilliseconds);
            }
            else
            {
                Write(link, request.Id, scripted);
            }

            return;
        }

        // The commonest request is answered without a string: load tests measure the client, not this.
        if (request.Method.SequenceEqual("SessionSv1.AuthorizeEvent"u8))
        {
            link.Reply(request.Id, new AuthorizeReply { MaxUsage = Grant }, CgrDialect.Current);
            return;
        }

        Write(link, request.Id, Execute(link, request));
    }

    void IRpcRequestSink.OnClosed(RpcServerLink link, string reason)
    {
        _links.Remove(link);
        foreach ((string OriginHost, string OriginId) session in _sessions.Where(session => session.Value == link).Select(session => session.Key).ToArray())
        {
            _sessions.Remove(session);
        }
    }

    private long NowMs => _time.GetTimestamp() / (_time.TimestampFrequency / 1000);

    private (string? Result, string? Error) Execute(RpcServerLink link, in RpcRequest request)
    {
        _scratch.Reset();
        switch (Encoding.UTF8.GetString(request.Method))
        {
            case "SessionSv1.Ping":
                return ("\"Pong\"", null);

            case "SessionSv1.AuthorizeEvent":
                return (Encode(new AuthorizeReply { MaxUsage = Grant }), null);

            case "SessionSv1.AuthorizeEventWithDigest":
                return (Encode(new AuthorizeWithDigestReply { MaxUsage = Grant }), null);

            case "SessionSv1.InitiateSession":
                return Initiate(link, request.Parameters);

            case "SessionSv1.TerminateSession":
                return Terminate(request.Parameters);

            case "SessionSv1.ProcessCDR":
                return StoreCdr(request.Parameters);

            default:
                return (null, $"birpc: can't find method {Encoding.UTF8.GetString(request.Method)}");
        }
    }

    private (string? Result, string? Error) Initiate(RpcServerLink link, ReadOnlySpan<byte> parameters)
    {
        CgrReadResult read = InitiateSession.TryReadRequest(parameters, CgrDialect.Current, _scratch, out InitiateSession command);
        return !read.IsOk ? (null, read.ToString())
            : !_sessions.TryAdd((command.OriginHost.ToString(), command.OriginId.ToString()), link) ? (null, "EXISTS")
            : (Encode(new InitiateReply { MaxUsage = Grant }), null);
    }

    private (string? Result, string? Error) Terminate(ReadOnlySpan<byte> parameters)
    {
        CgrReadResult read = TerminateSession.TryReadRequest(parameters, CgrDialect.Current, _scratch, out TerminateSession command);
        if (!read.IsOk)
        {
            return (null, read.ToString());
        }

        _sessions.Remove((command.OriginHost.ToString(), command.OriginId.ToString()));
        Charges.Add((command.OriginId.ToString(), command.Usage ?? CgrDuration.Zero));
        return ("\"OK\"", null);
    }

    private (string? Result, string? Error) StoreCdr(ReadOnlySpan<byte> parameters)
    {
        CgrReadResult read = ProcessCdr.TryReadRequest(parameters, CgrDialect.Current, _scratch, out ProcessCdr command);
        if (!read.IsOk)
        {
            return (null, read.ToString());
        }

        if (!_cdrs.Add((command.OriginHost.ToString(), command.OriginId.ToString())))
        {
            return (null, "PARTIALLY_EXECUTED");
        }

        Cdrs.Add(Encoding.UTF8.GetString(parameters));
        return ("\"OK\"", null);
    }

    private string Encode<TReply>(in TReply reply)
        where TReply : struct, ICgrReply<TReply>
    {
        _result.ResetWrittenCount();
        reply.Encode(_result, CgrDialect.Current);
        return Encoding.UTF8.GetString(_result.WrittenSpan);
    }

    private static void Write(RpcServerLink link, ReadOnlySpan<byte> id, ScriptedAnswer answer)
    {
        for (int time = 0; time < answer.Times; time++)
        {
            if (answer.Raw is not null)
            {
                link.WriteRaw(Encoding.UTF8.GetBytes(answer.Raw.Replace("{id}", Encoding.UTF8.GetString(id), StringComparison.Ordinal)));
            }
            else if (answer.Result is not null || answer.Error is not null)
            {
                Write(link, id, (answer.Result, answer.Error));
            }
        }

        if (answer.HangsUp)
        {
            link.Close();
        }
    }

    private static void Write(RpcServerLink link, ReadOnlySpan<byte> id, (string? Result, string? Error) answer)
    {
        if (answer.Result is not null)
        {
            link.Reply(id, Encoding.UTF8.GetBytes(answer.Result));
        }
        else
        {
            link.ReplyError(id, Encoding.UTF8.GetBytes(answer.Error!));
        }
    }
}
