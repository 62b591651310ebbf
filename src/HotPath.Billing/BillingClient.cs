using HotPath.Commands;
using HotPath.Rpc;
using Microsoft.Extensions.Logging;

namespace HotPath.Billing;

/// <summary>
/// Charges calls for code that is not a HotPath edge: one object, three verbs. <see cref="AuthorizeAsync"/> asks whether a call may run;
/// the <see cref="ChargedCall"/> it gives accounts for it; <see cref="ExecuteAsync"/> sends any other command. Thread-safe. Runs one thread
/// of its own, which owns the engines' sockets and all sessions.
/// </summary>
public sealed class BillingClient : IAsyncDisposable
{
    private static readonly Work s_nothing = new(static () => { });

    private readonly ChargingProfile _profile;
    private readonly SocketLoop _loop = new();
    private readonly EngineClient _engines;
    private readonly ChargingSessions _sessions;
    private readonly Thread _thread;
    private volatile bool _isStopping;

    private BillingClient(EngineClientOptions engines, ChargingProfile profile, ILogger? logger)
    {
        _profile = profile;
        _engines = new EngineClient(engines, new SocketEngineNetwork(_loop, engines.BindAddress), TimeProvider.System, logger: logger, wake: Wake);
        _sessions = new ChargingSessions(_engines, TimeProvider.System, journal: null, logger);
        _engines.RequestHandler = _sessions;
        _thread = new Thread(Run) { IsBackground = true, Name = "HotPath billing" };
    }

    /// <summary>Begins to connect to the engines. Calls may be authorised at once; they wait for the connection within their deadline.</summary>
    /// <param name="engines">The engines and the limits of talking to them.</param>
    /// <param name="profile">What every session sends.</param>
    /// <param name="logger">Where what an operator must know is told.</param>
    public static BillingClient Connect(EngineClientOptions engines, ChargingProfile profile, ILogger? logger = null)
    {
        var client = new BillingClient(engines, profile, logger);
        client._thread.Start();
        return client;
    }

    /// <summary>What was counted.</summary>
    public BillingStatistics Statistics => _sessions.Statistics;

    /// <summary>Asks whether a call may run. Always completes; that no engine answered is an outcome, not an exception.</summary>
    /// <param name="originId">The call's identity, unique for this OriginHost: its Call-ID.</param>
    /// <param name="account">Who pays.</param>
    /// <param name="destination">The number called.</param>
    /// <param name="variables">Fields of the event of every command of this call, beside and before the profile's; copied.</param>
    /// <param name="options">Members beside the event, likewise; copied.</param>
    /// <exception cref="ArgumentException">The variables and the profile's are too many together.</exception>
    public Task<ChargedCall> AuthorizeAsync(string originId, string account, string destination, CgrVariables? variables = null, CgrVariables? options = null)
    {
        var call = new ChargedCall(this);

        // Copied here, where it can be told if they are too many.
        CgrVariables? callVariables = variables is null ? null : ChargingSession.Join(_profile.Variables, variables);
        CgrVariables? callOptions = options is null ? null : ChargingSession.Join(_profile.Options, options);
        Post(() => call.Begin(_sessions.Open(call, _profile, originId, account, destination, default, callVariables, callOptions)));
        return call.Authorized;
    }

    /// <summary>Sends any command and gives its outcome.</summary>
    public ValueTask<RpcOutcome<TReply>> ExecuteAsync<TCommand, TReply>(scoped in TCommand command, CancellationToken cancellationToken = default)
        where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
        where TReply : struct, ICgrReply<TReply> =>
        _engines.SendAsync<TCommand, TReply>(command, default, cancellationToken);

    /// <summary>Closes the connections. Sessions that are still open are left to the engine; end calls first.</summary>
    public async ValueTask DisposeAsync()
    {
        _isStopping = true;
        Wake();
        await Task.Run(_thread.Join).ConfigureAwait(false);
    }

    internal void Post(Action action) => _loop.Post(new Work(action));

    private void Wake() => _loop.Post(s_nothing);

    private void Run()
    {
        _engines.Start();
        while (!_isStopping)
        {
            _sessions.Advance();
            long engines = _engines.Advance();
            _engines.Flush();
            long next = SocketLoop.Sooner(engines, _sessions.NextDueInMs);
            _loop.RunOnce((int)Math.Min(next, int.MaxValue));
        }

        // Its sockets belong to this thread.
        _engines.Dispose();
        _loop.Dispose();
    }

    private sealed class Work(Action action) : ILoopWork
    {
        public void Run() => action();
    }
}
