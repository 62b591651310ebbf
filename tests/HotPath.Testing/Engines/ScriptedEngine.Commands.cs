using System.Text;
using HotPath.Commands;
using HotPath.Rpc;

namespace HotPath.Testing;

/// <summary>What the engine answers to each command when no script says otherwise.</summary>
public sealed partial class ScriptedEngine
{
    private static readonly ScriptedAnswer s_ok = new() { Result = "\"OK\"" };

    /// <summary>Of the request that is executed.</summary>
    private CgrDialect _dialect;

    /// <returns><c>null</c>: the request waits for its session's lock.</returns>
    private ScriptedAnswer? Execute(RpcServerLink link, in RpcRequest request, ScriptedAnswer? scripted)
    {
        _scratch.Reset();
        if (!request.HasParameters)
        {
            return Failure("jsonrpc: request body missing params");
        }

        string method = Encoding.UTF8.GetString(request.Method);
        _dialect = method.StartsWith("SMGenericV1.", StringComparison.Ordinal) ? CgrDialect.PreRc8 : CgrDialect.Current;
        switch (method)
        {
            case "SessionSv1.Ping":
                return new ScriptedAnswer { Result = "\"Pong\"" };

            case "SessionSv1.AuthorizeEvent" or "SMGenericV1.GetMaxUsage":
                return IsKnown(request.Parameters, isInitiate: false, out CgrDuration? grant)
                    ? Result(new AuthorizeReply { MaxUsage = grant ?? Authorize(request.Parameters) })
                    : Failure("RALS_ERROR:ACCOUNT_NOT_FOUND");

            case "SessionSv1.AuthorizeEventWithDigest":
                return Result(new AuthorizeWithDigestReply { MaxUsage = Authorize(request.Parameters) });

            case "SessionSv1.InitiateSession" or "SMGenericV1.InitiateSession":
                return Initiate(link, request.Parameters);

            case "SessionSv1.UpdateSession" or "SMGenericV1.UpdateSession":
                return Update(link, request.Parameters);

            case "SessionSv1.TerminateSession" or "SMGenericV1.TerminateSession":
                return Terminate(link, request, scripted);

            case "SessionSv1.ProcessCDR" or "SMGenericV1.ProcessCDR":
                return Record(request.Parameters);

            case "SessionSv1.GetActiveSessions":
                return ListSessions(request.Parameters);

            case "SessionSv1.GetPassiveSessions":
                return ListCopies(request.Parameters);

            case "SessionSv1.GetActiveSessionsCount":
                return CountSessions(request.Parameters);

            default:
                // The words of v0.10.4 on its two ports (facts: wire recordings 099, 100, 107).
                return Failure(link.Port == RpcPort.TwoWay ? $"birpc: can't find method {method}"
                    : method.StartsWith("SessionSv1.", StringComparison.Ordinal) ? $"rpc: can't find method {method}"
                    : $"rpc: can't find service {method}");
        }
    }

    private CgrDuration Authorize(ReadOnlySpan<byte> parameters)
    {
        if (parameters.IndexOf("\"Usage\""u8) < 0)
        {
            return Grant;
        }

        _scratch.Reset();
        AuthorizeEvent.TryReadRequest(parameters, _dialect, _scratch, out AuthorizeEvent command);
        return Granted(command.Usage);
    }

    /// <returns>False: there is no such account.</returns>
    private bool IsKnown(ReadOnlySpan<byte> parameters, bool isInitiate, out CgrDuration? grant)
    {
        grant = null;
        if (GrantTo is null)
        {
            return true;
        }

        // Authorize, Initiate and Update name the account alike.
        _scratch.Reset();
        AuthorizeEvent.TryReadRequest(parameters, _dialect, _scratch, out AuthorizeEvent command);
        grant = GrantTo(command.Account.ToString(), isInitiate);
        _scratch.Reset();
        return grant is not null;
    }

    private CgrDuration Granted(CgrDuration? asked) => asked is { } usage && usage.CompareTo(Grant) < 0 ? usage : Grant;

    /// <summary>What an account pays of a time that is asked for; without one, all it pays for.</summary>
    private static CgrDuration Least(CgrDuration most, CgrDuration? asked) =>
        asked is { } usage && (most.IsUnlimited || usage.CompareTo(most) < 0) ? usage : most;

    private ScriptedAnswer Initiate(RpcServerLink link, ReadOnlySpan<byte> parameters)
    {
        if (!IsKnown(parameters, isInitiate: true, out CgrDuration? grant))
        {
            return Failure("RALS_ERROR:ACCOUNT_NOT_FOUND");
        }

        CgrReadResult read = InitiateSession.TryReadRequest(parameters, _dialect, _scratch, out InitiateSession command);
        CgrDuration granted = grant is { } most ? Least(most, command.Usage) : Granted(command.Usage);
        CgrDuration? reserved = grant is null || command.Usage is null ? command.Usage : granted;
        return !read.IsOk ? Failure(read.ToString())
            : !_ledger.TryOpen(new ScriptedSession(command, link, NowMs), reserved ?? CgrDuration.Zero) ? Failure("EXISTS")
            : Result(new InitiateReply { MaxUsage = granted });
    }

    private ScriptedAnswer Update(RpcServerLink link, ReadOnlySpan<byte> parameters)
    {
        if (!IsKnown(parameters, isInitiate: true, out CgrDuration? grant))
        {
            return Failure("RALS_ERROR:ACCOUNT_NOT_FOUND");
        }

        CgrReadResult read = UpdateSession.TryReadRequest(parameters, _dialect, _scratch, out UpdateSession command);
        if (!read.IsOk)
        {
            return Failure(read.ToString());
        }

        _ledger.Activate((command.OriginHost.ToString(), command.OriginId.ToString()), link);
        InitiateSession opening = new() { OriginId = command.OriginId, OriginHost = command.OriginHost, RequestType = command.RequestType };
        ScriptedSession session = new(opening, link, NowMs);
        _ledger.TryOpen(session, CgrDuration.Zero);
        session = _ledger.Open[session.Key];
        CgrDuration granted = Granted(command.Usage);
        CgrDuration piece = command.Usage ?? CgrDuration.Zero;
        if (grant is { } most)
        {
            long usedNs = (command.TotalUsage ?? session.Granted).Nanoseconds;
            granted = piece = most.IsUnlimited ? piece : Least(new CgrDuration(Math.Max(0, most.Nanoseconds - usedNs)), piece);
        }

        _ledger.Update(session, piece, command.TotalUsage);
        return Result(new UpdateReply { MaxUsage = granted });
    }

    private ScriptedAnswer? Terminate(RpcServerLink link, in RpcRequest request, ScriptedAnswer? scripted)
    {
        CgrReadResult read = TerminateSession.TryReadRequest(request.Parameters, _dialect, _scratch, out TerminateSession command);
        if (!read.IsOk)
        {
            return Failure(read.ToString());
        }

        (string, string) key = (command.OriginHost.ToString(), command.OriginId.ToString());
        _ledger.Activate(key, link);
        if (_ledger.Open.TryGetValue(key, out ScriptedSession? session) && session.IsLocked)
        {
            (byte[] method, byte[] parameters, byte[] id) = (request.Method.ToArray(), request.Parameters.ToArray(), request.Id.ToArray());
            session.Waiting.Enqueue(() => Serve(link, new RpcRequest(method, parameters, true, id), scripted));
            return null;
        }

        _ledger.Terminate(key, command.RequestType.ToString(), command.Usage ?? CgrDuration.Zero, NowMs);
        return s_ok;
    }

    private ScriptedAnswer Record(ReadOnlySpan<byte> parameters)
    {
        CgrReadResult read = ProcessCdr.TryReadRequest(parameters, _dialect, _scratch, out ProcessCdr command);
        if (!read.IsOk)
        {
            return Failure(read.ToString());
        }

        (string, string) key = (command.OriginHost.ToString(), command.OriginId.ToString());
        ScriptedCharge? charge = _ledger.Record(key, command.RequestType.ToString(), command.Usage ?? CgrDuration.Zero, NowMs, out bool isRepeated);
        if (isRepeated)
        {
            return Failure("PARTIALLY_EXECUTED");
        }

        if (IsRecording)
        {
            Cdrs.Add(Encoding.UTF8.GetString(parameters));
        }

        _ledger.File?.Write(ScriptedEventKind.Recorded, key, command.Usage ?? CgrDuration.Zero, Encoding.UTF8.GetString(parameters));
        if (charge is { Kind: ScriptedChargeKind.LateCdr })
        {
            _ledger.Write(charge);
            After(s_costSearchTime, () => _ledger.Debit(charge));
            return s_ok with { Delay = s_costSearchTime };
        }

        if (charge is not null)
        {
            _ledger.Debit(charge);
        }

        return s_ok;
    }

    private ScriptedAnswer ListSessions(ReadOnlySpan<byte> parameters)
    {
        CgrReadResult read = GetActiveSessions.TryReadRequest(parameters, _dialect, _scratch, out GetActiveSessions command);
        ActiveSession[] runs = [.. Runs(_ledger.Open, command.Filters).Take(command.Limit ?? int.MaxValue)];
        foreach (ActiveSession run in runs)
        {
            _ledger.Open[(run.OriginHost ?? "", run.OriginId ?? "")].ToldMs = NowMs;
        }

        return Listed(read, runs);
    }

    private ScriptedAnswer ListCopies(ReadOnlySpan<byte> parameters)
    {
        CgrReadResult read = GetPassiveSessions.TryReadRequest(parameters, _dialect, _scratch, out GetPassiveSessions command);
        return Listed(read, [.. Runs(_ledger.Passive, command.Filters).Take(command.Limit ?? int.MaxValue)]);
    }

    private ScriptedAnswer Listed(CgrReadResult read, ActiveSession[] runs) =>
        !read.IsOk ? Failure(read.ToString())
        : runs.Length == 0 ? Failure("NOT_FOUND")
        : Result(new GetActiveSessionsReply { Sessions = runs });

    private ScriptedAnswer CountSessions(ReadOnlySpan<byte> parameters)
    {
        CgrReadResult read = GetActiveSessionsCount.TryReadRequest(parameters, _dialect, _scratch, out GetActiveSessionsCount command);
        return !read.IsOk ? Failure(read.ToString()) : Result(new GetActiveSessionsCountReply { Count = Runs(_ledger.Open, command.Filters).Count() });
    }

    private static IEnumerable<ActiveSession> Runs(IReadOnlyDictionary<(string OriginHost, string OriginId), ScriptedSession> sessions, string[]? filters) =>
        sessions.Values.SelectMany(session => session.Runs()).Where(run => (filters ?? []).All(filter => Matches(run, filter)));

    /// <summary>An inline filter: one field, any of the values between bars (facts: cgrates-engine.md §6).</summary>
    private static bool Matches(in ActiveSession run, string filter)
    {
        string[] parts = filter.Split(':', 3);
        string? field = parts.ElementAtOrDefault(1) switch
        {
            "~*req.OriginID" => run.OriginId,
            "~*req.OriginHost" => run.OriginHost,
            "~*req.Account" => run.Account,
            "~*req.RunID" => run.RunId,
            _ => null,
        };
        return field is not null && parts switch
        {
            ["*string", _, string values] => values.Split('|').Contains(field),
            ["*prefix", _, string values] => values.Split('|').Any(value => field.StartsWith(value, StringComparison.Ordinal)),
            _ => false,
        };
    }

    private ScriptedAnswer Result<TReply>(in TReply reply)
        where TReply : struct, ICgrReply<TReply>
    {
        _result.ResetWrittenCount();
        reply.Encode(_result, _dialect);
        return new ScriptedAnswer { Result = Encoding.UTF8.GetString(_result.WrittenSpan) };
    }

    private static ScriptedAnswer Failure(string text) => new() { Error = text };
}
