using HotPath.Rpc;
using Microsoft.Extensions.Logging;

namespace HotPath.Charging;

/// <summary>
/// Authorises, opens, debits, ends and records calls. All of it runs on one thread; time comes in through the engine's clock.
/// Unlike stock CGRateS it recognises what is repeated: a session is opened, charged and recorded once per CGRID (design: "The RPC
/// transport"). Methods answer <c>null</c> or the engine's error text. Source: facts cgrates-engine.md §4, §5.
/// </summary>
internal sealed partial class SessionService
{
    private const string RalsError = "RALS_ERROR:";
    private const string Exists = "EXISTS";

    private readonly EngineOptions _options;
    private readonly Tariff _tariff;
    private readonly AccountBook _accounts;
    private readonly CdrStore _cdrs;
    private readonly EngineClock _clock;
    private readonly ILogger _logger;
    private readonly AccountDebit _debit;
    private readonly RatedUsage _rated = new();

    public SessionService(EngineOptions options, Tariff tariff, AccountBook accounts, CdrStore cdrs, EngineClock clock, ILogger logger)
    {
        _options = options;
        _tariff = tariff;
        _accounts = accounts;
        _cdrs = cdrs;
        _clock = clock;
        _logger = logger;
        _debit = new AccountDebit(options.RoundingDecimals);
        Sessions = new SessionBook(options);
    }

    public SessionBook Sessions { get; }

    /// <summary>Applies the attribute profile for sessions that matches best.</summary>
    /// <param name="callEvent">Is changed.</param>
    /// <param name="altered">Gets the fields set.</param>
    /// <returns>The profile; <c>null</c>: none matches.</returns>
    public AttributeProfile? ApplyAttributes(CallEvent callEvent, List<AttributeStep> altered)
    {
        foreach (AttributeProfile profile in _tariff.Attributes)
        {
            if (profile.Matches("*sessions", callEvent, _clock.UtcNow))
            {
                altered.AddRange(profile.Steps.Where(step => step.Apply(callEvent)));
                return profile;
            }
        }

        return null;
    }

    /// <summary>How long the call may last: the least that any of its runs allows.</summary>
    public string? Authorize(CallEvent callEvent, out long granted)
    {
        long asked = UsageOf(callEvent);
        granted = long.MaxValue;
        bool isCharged = false;
        foreach (ChargerProfile charger in _tariff.Chargers)
        {
            if (!charger.Matches(callEvent, _clock.UtcNow))
            {
                continue;
            }

            isCharged = true;
            long runGranted = asked;
            CallEvent runEvent = Fork(charger, callEvent);
            if (RequestTypes.IsAuthorized(runEvent.RequestType))
            {
                ChargingError error = _accounts.Find(runEvent.Tenant, runEvent.Account) is { } account
                    ? _debit.GetMaxUsage(_tariff, account, Query(runEvent, asked), out runGranted)
                    : ChargingError.AccountNotFound;
                if (error != ChargingError.None)
                {
                    return RalsError + error.Text();
                }
            }

            granted = Math.Min(granted, runGranted);
        }

        return isCharged ? null : RalsError + ChargingError.NotFound.Text();
    }

    /// <summary>Opens the session of a call.</summary>
    /// <param name="client">The connection it belongs to; <c>null</c>: one over which the client cannot be asked anything.</param>
    /// <param name="callEvent">The call.</param>
    /// <param name="debitInterval">The client's own debit interval; <c>null</c>: the engine's.</param>
    /// <param name="granted">With a debit loop what was asked for, for the engine ends the call itself; else what was debited.</param>
    public string? Initiate(RpcServerLink? client, CallEvent callEvent, long? debitInterval, out long granted)
    {
        granted = 0;
        string cgrId = CgrId.Of(callEvent.OriginId, callEvent.OriginHost);
        if (Sessions.FindOpen(cgrId) is not null || Sessions.FindClosed(cgrId) is { IsCdrOnly: false })
        {
            return Exists;
        }

        Session? session = CreateSession(client, cgrId, callEvent, debitInterval);
        if (session is null)
        {
            return RalsError + ChargingError.NotFound.Text();
        }

        granted = UsageOf(callEvent);
        if (session.DebitInterval == 0)
        {
            ChargingError error = DebitRuns(session, granted, update: null, out granted);
            if (error != ChargingError.None)
            {
                return RalsError + error.Text();
            }
        }

        if (!Sessions.TryOpen(session))
        {
            Undo(session);
            return "MAX_CONCURRENT_SESSIONS_EXCEEDED";
        }

        if (session.DebitInterval > 0)
        {
            StartDebitLoops(session);
        }

        return null;
    }

    /// <summary>
    /// Debits the next piece of a call that is charged by the piece: what is missing to the pieces before it, as far as the client tells
    /// them, and it. A call that the engine's own debit loop charges is charged by nothing else. Opens the session if there is none.
    /// </summary>
    /// <param name="client">As in <see cref="Initiate"/>.</param>
    /// <param name="callEvent">The call; its usage is the next piece.</param>
    /// <param name="debitInterval">As in <see cref="Initiate"/>.</param>
    /// <param name="granted">How much of the piece is paid.</param>
    public string? Update(RpcServerLink? client, CallEvent callEvent, long? debitInterval, out long granted)
    {
        Session? session = Sessions.FindOpen(CgrId.Of(callEvent.OriginId, callEvent.OriginHost));
        if (session is null)
        {
            return Initiate(client, callEvent, debitInterval, out granted);
        }

        granted = UsageOf(callEvent);
        if (session.DebitInterval > 0)
        {
            return null;
        }

        ChargingError error = DebitRuns(session, granted, callEvent, out granted);
        return error == ChargingError.None ? null : RalsError + error.Text();
    }

    /// <summary>
    /// Ends the session of a call and settles what was used. A call that no session is known of is charged as a whole; one whose
    /// session has ended is charged no more.
    /// </summary>
    public string? Terminate(CallEvent callEvent)
    {
        string cgrId = CgrId.Of(callEvent.OriginId, callEvent.OriginHost);
        if (Sessions.FindClosed(cgrId) is not null)
        {
            return null;
        }

        Session? session = Sessions.FindOpen(cgrId);
        if (session is null)
        {
            session = CreateSession(null, cgrId, callEvent, debitInterval: 0);
            if (session is null)
            {
                return RalsError + ChargingError.NotFound.Text();
            }

            ChargingError error = DebitRuns(session, callEvent.Usage ?? callEvent.LastUsed ?? 0, update: null, out _);
            if (error != ChargingError.None)
            {
                return RalsError + error.Text();
            }
        }

        foreach (SessionRun run in session.Runs)
        {
            run.Correct(callEvent.LastUsed);
        }

        End(session, callEvent.Usage);
        return null;
    }

    /// <summary>The usage an event asks for, or what is usual for its type of record.</summary>
    private long UsageOf(CallEvent callEvent) => callEvent.Usage ?? callEvent.ToR switch
    {
        "*data" => 1_048_576,
        "*sms" or "*mms" => 1,
        _ => _options.DefaultUsage.Ticks * TimeSpan.NanosecondsPerTick,
    };

    private static RatingQuery Query(CallEvent callEvent, long usage) => new()
    {
        Tenant = callEvent.Tenant,
        Category = callEvent.Category,
        Subject = callEvent.Subject,
        Destination = callEvent.Destination,
        ToR = callEvent.ToR,
        Start = callEvent.Start,
        Usage = usage,
    };

    private static CallEvent Fork(ChargerProfile charger, CallEvent callEvent)
    {
        if (charger.Steps.Length == 0)
        {
            return callEvent;
        }

        CallEvent fork = callEvent.Clone();
        foreach (AttributeStep step in charger.Steps)
        {
            step.Apply(fork);
        }

        return fork;
    }

    private List<SessionRun> Fork(CallEvent callEvent)
    {
        List<SessionRun> runs = [];
        foreach (ChargerProfile charger in _tariff.Chargers)
        {
            if (charger.Matches(callEvent, _clock.UtcNow))
            {
                runs.Add(new SessionRun(charger.RunId, Fork(charger, callEvent)));
            }
        }

        return runs;
    }

    /// <returns>The session, not yet open; <c>null</c>: no charger matches.</returns>
    private Session? CreateSession(RpcServerLink? client, string cgrId, CallEvent callEvent, long? debitInterval)
    {
        List<SessionRun> runs = Fork(callEvent);
        return runs.Count == 0 ? null : new Session
        {
            CgrId = cgrId,
            Event = callEvent,
            Runs = [.. runs],
            OpenedAt = _clock.Now,
            Client = client,
            DebitInterval = debitInterval ?? _options.DebitInterval.Ticks * TimeSpan.NanosecondsPerTick,
        };
    }

    /// <summary>Debits a piece of every run that is debited during the call. If one cannot be rated, the new debits are undone.</summary>
    /// <param name="session">The call.</param>
    /// <param name="usage">The piece.</param>
    /// <param name="update">Says what was used of the pieces before; <c>null</c>: there is none, or all of it.</param>
    /// <param name="granted">How much of the piece is paid in every run.</param>
    private ChargingError DebitRuns(Session session, long usage, CallEvent? update, out long granted)
    {
        granted = usage;
        foreach (SessionRun run in session.Runs)
        {
            if (!run.IsDebited)
            {
                continue;
            }

            ChargingError error = DebitRun(run, usage, update, out long runGranted);
            if (error != ChargingError.None)
            {
                if (Sessions.FindOpen(session.CgrId) is null)
                {
                    Undo(session);
                }

                granted = 0;
                return error;
            }

            granted = Math.Min(granted, runGranted);
        }

        return ChargingError.None;
    }

    private ChargingError DebitRun(SessionRun run, long usage, CallEvent? update, out long granted)
    {
        granted = usage;
        long rest = run.TakeFromReserve(usage, update?.LastUsed, update?.TotalUsage);
        if (rest == 0)
        {
            return ChargingError.None;
        }

        granted = 0;
        if (_accounts.Find(run.Event.Tenant, run.Event.Account) is not { } account)
        {
            return ChargingError.AccountNotFound;
        }

        long before = run.Charges.Usage;
        ChargingError error = _debit.DebitAffordable(_tariff, account, NextPiece(run, rest), run.Charges);
        if (error == ChargingError.None)
        {
            granted = run.Debited(usage, rest, run.Charges.Usage - before);
        }

        return error;
    }

    private void WarnOfDebt(Account account)
    {
        if (account is { AllowNegative: false, Money: < 0 })
        {
            EngineLog.AccountOwes(_logger, account.Id, -account.Money);
        }
    }

    /// <summary>The piece of a call that follows what was charged.</summary>
    private static RatingQuery NextPiece(SessionRun run, long usage) => Query(run.Event, usage) with
    {
        Start = Nanoseconds.After(run.Event.Start, run.Charges.Usage),
        UsedBefore = run.Charges.Usage,
        IsContinued = run.Charges.Usage > 0,
        CostBefore = run.Charges.Cost,
    };

    private static void Undo(Session session)
    {
        foreach (SessionRun run in session.Runs)
        {
            run.Charges.Undo();
        }
    }

    /// <summary>Ends a session, new or open: every run is charged for exactly what was used.</summary>
    /// <param name="session">The session.</param>
    /// <param name="usage">
    /// How long the call lasted; <c>null</c>: nobody says, so as long as was granted, or if no run grants anything as long as it was open.
    /// </param>
    private void End(Session session, long? usage)
    {
        long granted = session.Runs.Where(run => run.IsDebited).Select(run => run.TotalUsage)
            .DefaultIfEmpty((_clock.Now - session.OpenedAt) * TimeSpan.NanosecondsPerTick).Max();
        foreach (SessionRun run in session.Runs)
        {
            long used = usage ?? (run.IsDebited ? run.TotalUsage : granted);
            run.End(used);
            run.NextDebit = null;
            if (run.Charges.Usage == 0 && run.Charges.Cost == 0)
            {
                // Nothing was charged during the call: its CDR is rated as a whole.
                continue;
            }

            long missing = used - run.Charges.Usage;
            if (missing > 0 && _accounts.Find(run.Event.Tenant, run.Event.Account) is { } account)
            {
                _debit.Debit(_tariff, account, NextPiece(run, missing), run.Charges);
                WarnOfDebt(account);
            }
            else if (missing < 0)
            {
                run.Charges.Trim(used);
            }

            run.Charges.Round();
        }

        StopWaiting(session);
        Sessions.Close(session, _clock.Now);
    }
}
