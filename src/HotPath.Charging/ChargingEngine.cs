using HotPath.Rpc;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HotPath.Charging;

/// <summary>
/// The charging engine without sockets, threads or a clock of its own: requests come in over <see cref="RpcServerLink"/>s whose sink is
/// <see cref="Requests"/>, and time through <see cref="Advance"/>. <see cref="EngineHost"/> runs one on real sockets; a simulation
/// drives it over simulated links on a simulated clock. All members belong to one thread.
/// </summary>
public sealed class ChargingEngine
{
    private readonly EngineClock _clock;
    private readonly AccountBook _accounts = new();
    private readonly CdrStore _cdrs;
    private readonly SessionService _sessions;
    private readonly ApiRouter _router;

    /// <summary>Makes an engine with the accounts that the tariff plan creates.</summary>
    /// <param name="options">The settings; listeners and folder are not used here.</param>
    /// <param name="tariff">The tariff plan.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where to tell the operator; <c>null</c>: nowhere.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    public ChargingEngine(EngineOptions options, Tariff tariff, TimeProvider time, ILogger? logger = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.DebitInterval, TimeSpan.Zero, nameof(options.DebitInterval));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.DefaultUsage, TimeSpan.Zero, nameof(options.DefaultUsage));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)options.RoundingDecimals, 12u, nameof(options.RoundingDecimals));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.DisconnectAttempts, 1, nameof(options.DisconnectAttempts));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxSessions, 1, nameof(options.MaxSessions));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxClosedSessions, 1, nameof(options.MaxClosedSessions));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxCdrs, 1, nameof(options.MaxCdrs));

        logger ??= NullLogger.Instance;
        _router = new ApiRouter(logger);
        _clock = new EngineClock(time);
        _cdrs = new CdrStore(options.MaxCdrs);
        foreach (AccountSeed seed in tariff.Accounts)
        {
            _accounts.Create(seed);
        }

        _sessions = new SessionService(options, tariff, _accounts, _cdrs, _clock, logger);
        _ = new StatusApi(options, _clock, _router);
        _ = new SessionApi(_sessions, options, _router);
        _ = new AccountApi(options, _accounts, _router);
        _ = new CostApi(options, tariff, _router);
        _ = new CdrApi(_cdrs, _router);
    }

    /// <summary>Serves requests: the sink of every link to this engine.</summary>
    public IRpcRequestSink Requests => _router;

    /// <summary>The methods served.</summary>
    internal ApiRouter Router => _router;

    /// <summary>Sessions open now.</summary>
    public int OpenSessionCount => _sessions.Sessions.OpenCount;

    /// <summary>The CDRs so far, in the order of writing.</summary>
    public IReadOnlyList<CallDetailRecord> Cdrs => [.. _cdrs.All];

    /// <summary>Does what is due: debits running calls, asks clients to end those whose credit is used up.</summary>
    /// <returns>Milliseconds until something is due next; -1: nothing is.</returns>
    public long Advance()
    {
        long due = _sessions.RunDueTimers();
        return due < 0 ? -1 : Math.Max(0, (due - _clock.Now + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond);
    }

    /// <summary>Ends all connections that asked something.</summary>
    public void CloseConnections() => _router.CloseAll();

    /// <summary>Sets a money balance of an account; makes both if need be.</summary>
    public void SetMoney(string tenant, string account, string balanceId, decimal value) =>
        _accounts.GetOrAdd(tenant, account).SetBalance(new BalanceTemplate { Id = balanceId, Type = Balance.Monetary, Value = value, Weight = 10 });

    /// <summary>An account as it is now; <c>null</c>: there is none of that name.</summary>
    public AccountSnapshot? FindAccount(string tenant, string account) => _accounts.Find(tenant, account) is { } found ? AccountSnapshot.Of(found) : null;
}
