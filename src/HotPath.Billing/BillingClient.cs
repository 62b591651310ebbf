using System.Globalization;
using System.Runtime.CompilerServices;
using HotPath.Commands;
using HotPath.Rpc;
using Microsoft.Extensions.Logging;

namespace HotPath.Billing;

/// <summary>
/// Charges calls for code that is not a HotPath edge: one object, three verbs. <see cref="AuthorizeAsync"/> asks whether a call may run;
/// the <see cref="ChargedCall"/> it gives accounts for it; <see cref="ExecuteAsync"/> sends any other command. Whatever the engine, the
/// network or the call's own data do is a <see cref="BillingResult"/>; exceptions are for mistakes of the program. Thread-safe. Runs one
/// thread of its own, which owns the engines' sockets and all sessions.
/// </summary>
public sealed class BillingClient : IAsyncDisposable
{
    /// <summary>Longest identity, account and destination, in UTF-16 units.</summary>
    public const int MaxTextLength = 1024;

    private static readonly Work s_nothing = new(static () => { });

    private readonly ChargingProfile _profile;
    private readonly SharedJournal? _journal;
    private readonly SocketLoop _loop = new();
    private readonly EngineClient _engines;
    private readonly ChargingSessions _sessions;
    private readonly Thread _thread;
    private readonly Lock _closeLock = new();

    /// <summary>Calls that are not settled. Belongs to the loop's thread.</summary>
    private readonly HashSet<ChargedCall> _calls = [];
    private bool _isClosed;
    private volatile bool _isStopping;

    private BillingClient(
        EngineClientOptions engines, ChargingProfile profile, SharedJournal? journal, JournalReplay replay, Func<JournaledSession, bool>? resumes, ILogger? logger)
    {
        _profile = profile;
        _journal = journal;
        _engines = new EngineClient(engines, new SocketEngineNetwork(_loop, engines.BindAddress), TimeProvider.System, logger: logger, wake: Wake);
        _sessions = new ChargingSessions(_engines, TimeProvider.System, journal?.AddLane(), logger) { EngineNames = [.. engines.Engines.Select(engine => engine.ToString())] };
        _engines.RequestHandler = _sessions;
        _journal?.Flushed = Wake;
        Recovered = [.. Restore(replay, resumes)];
        DateTimeOffset lastSeen = replay.LastSeen;
        _thread = new Thread(() => Run(lastSeen)) { IsBackground = true, Name = "HotPath billing" };
    }

    /// <summary>
    /// Replays the journal, if there is one, then begins to connect to the engines. Calls may be authorised at once; they wait for the
    /// connection within their deadline.
    /// </summary>
    /// <param name="engines">The engines and the limits of talking to them.</param>
    /// <param name="profile">What every session sends that is not given a profile of its own.</param>
    /// <param name="journal">Where calls are written down; <c>null</c>: nowhere, a crash of the program loses what it owes for the calls in progress.</param>
    /// <param name="logger">Where what an operator must know is told.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="IOException">The journal's folder belongs to another process, or the disk does not work or is full.</exception>
    public static BillingClient Connect(
        EngineClientOptions engines, ChargingProfile profile, BillingJournalOptions? journal = null, ILogger? logger = null)
    {
        JournalReplay replay = new();
        SharedJournal? opened = journal is null
            ? null
            : SharedJournal.Open(journal.Folder, new JournalOptions { Level = journal.Level }, replay, logger);
        try
        {
            var client = new BillingClient(engines, profile, opened, replay, journal?.Resumes, logger);
            client._thread.Start();
            return client;
        }
        catch
        {
            opened?.Dispose();
            throw;
        }
    }

    /// <summary>What was counted.</summary>
    public BillingStatistics Statistics => _sessions.Statistics;

    /// <summary>Calls of a program that died which still run, as <see cref="BillingJournalOptions.Resumes"/> said: end them with <see cref="ChargedCall.EndAsync"/>.</summary>
    public IReadOnlyList<ChargedCall> Recovered { get; }

    /// <summary>
    /// Asks whether a call may run. Always completes; that no engine answered, or that the call's own data cannot be asked with, is an
    /// outcome (<see cref="ChargedCall.Authorization"/>). For several sessions of one call, for instance the customer's and the carrier's,
    /// ask for each with a profile of its own (<see cref="ChargingProfile.Tag"/>).
    /// </summary>
    /// <param name="originId">
    /// The call's identity: its Call-ID. If another call has it, or had it lately, something is appended that makes it distinct
    /// (<see cref="ChargedCall.OriginId"/>).
    /// </param>
    /// <param name="account">Who pays.</param>
    /// <param name="destination">The number called.</param>
    /// <param name="variables">Fields of the event of every command of this call, beside and before the profile's; copied.</param>
    /// <param name="options">Members beside the event, likewise; copied.</param>
    /// <param name="profile">What is sent with every command of this session; <c>null</c>: the client's profile.</param>
    /// <param name="state">What the program needs to know the call again after a crash (<see cref="ChargedCall.State"/>); copied.</param>
    /// <param name="callClass">Whether the call is charged; of one that is not, nothing is sent but its CDR.</param>
    /// <exception cref="ArgumentException">The state is longer than <see cref="ChargedCall.MaxStateLength"/>.</exception>
    /// <exception cref="ObjectDisposedException">The client is closed.</exception>
    public Task<ChargedCall> AuthorizeAsync(
        string originId,
        string account,
        string destination,
        CgrVariables? variables = null,
        CgrVariables? options = null,
        ChargingProfile? profile = null,
        ReadOnlySpan<byte> state = default,
        CallClass callClass = CallClass.Charged)
    {
        profile ??= _profile;
        ChargedCall.CheckState(state.Length);
        ChargedCall call = new(this, state.ToArray());

        // Copied here: both belong to the caller.
        CgrVariables callVariables = new();
        CgrVariables callOptions = new();
        CgrVariableResult filled = ChargingSession.TryFill(callVariables, profile.Variables, variables);
        filled = filled.IsOk ? ChargingSession.TryFill(callOptions, profile.Options, options) : filled;
        BillingResult mistake = Check(originId, account, destination);
        if (mistake.Kind == BillingOutcome.None && !filled.IsOk)
        {
            mistake = BillingResult.Failed(BillingOutcome.TooLarge, $"the variables do not fit with those of the profile: {filled}");
        }

        Post(() =>
        {
            if (mistake.Kind == BillingOutcome.None && callClass == CallClass.Charged && !_sessions.HasRoom)
            {
                mistake = BillingResult.Failed(BillingOutcome.NoRoom, "the journal takes no new calls");
            }

            if (mistake.Kind != BillingOutcome.None)
            {
                call.Refuse(mistake);
                return;
            }

            // An identity that an engine has heard of must not make another call free.
            string attempt = DateTime.UtcNow.Ticks.ToString("x", CultureInfo.InvariantCulture);
            _calls.Add(call);
            call.Begin(_sessions.Open(call, profile, originId, account, destination, attempt, callVariables, callOptions, default, callClass));
        });
        return call.Authorized;
    }

    /// <summary>Sends any command and gives its outcome. The command may die as soon as this returns.</summary>
    public ValueTask<BillingReply<TReply>> ExecuteAsync<TCommand, TReply>(scoped in TCommand command, CancellationToken cancellationToken = default)
        where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
        where TReply : struct, ICgrReply<TReply> =>
        ReadAsync(_engines.SendAsync<TCommand, TReply>(command, default, cancellationToken));

    /// <summary>
    /// Ends every call that is not over yet, as of now: what a program does that is asked to go. Completes when all are settled; new calls
    /// are the program's to refuse.
    /// </summary>
    /// <param name="cause">Why: <see cref="EndCause.Shutdown"/> where there is nothing better to say.</param>
    /// <param name="cancellationToken">Gives up waiting, not the work: an engine may be away for hours.</param>
    /// <returns>What became of each.</returns>
    /// <exception cref="ObjectDisposedException">The client is closed.</exception>
    public async Task<IReadOnlyList<CallSettlement>> EndAllAsync(EndCause cause, CancellationToken cancellationToken = default)
    {
        TaskCompletionSource<Task<CallSettlement[]>> ending = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() => ending.SetResult(Task.WhenAll(_calls.ToArray().Select(call => call.End(cause)))));
        return await ending.Task.Unwrap().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Closes the connections at once. What calls still owe is in the journal for the next client; without a journal it is left to the
    /// engine, so call <see cref="EndAllAsync"/> first. Whatever waits completes with <see cref="BillingOutcome.Canceled"/> or
    /// <see cref="SettlementKind.Left"/>.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (!_isStopping)
        {
            _isStopping = true;
            Wake();
            await Task.Run(_thread.Join).ConfigureAwait(false);
            _journal?.Dispose();
        }
    }

    /// <summary>Has something done on the thread of the sessions.</summary>
    internal void Post(Action action)
    {
        lock (_closeLock)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            _loop.Post(new Work(action));
        }
    }

    internal void Forget(ChargedCall call) => _calls.Remove(call);

    /// <summary>Those that go on. The others are settled by themselves.</summary>
    private List<ChargedCall> Restore(JournalReplay replay, Func<JournaledSession, bool>? resumes)
    {
        _sessions.Take(replay);
        List<ChargedCall> running = [];
        foreach (JournaledSession journaled in replay.Open.Where(session => !_sessions.TryRestoreOrphan(session)))
        {
            ChargedCall call = new(this, journaled.OwnerState.ToArray());
            bool goesOn = journaled is { Stage: JournalRecordKind.Answered, IsEndDecided: false } && resumes?.Invoke(journaled) == true;
            call.Restore(_sessions.Restore(call, _profile, journaled), goesOn);
            _calls.Add(call);
            if (goesOn)
            {
                running.Add(call);
            }
        }

        return running;
    }

    private static BillingResult Check(string originId, string account, string destination)
    {
        if (originId.Length == 0 || account.Length == 0 || destination.Length == 0)
        {
            return BillingResult.Failed(BillingOutcome.InvalidMessage, "the identity, the account or the destination is empty");
        }

        return Math.Max(originId.Length, Math.Max(account.Length, destination.Length)) > MaxTextLength
            ? BillingResult.Failed(BillingOutcome.TooLarge, $"the identity, the account or the destination is longer than {MaxTextLength}")
            : default;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<BillingReply<TReply>> ReadAsync<TReply>(ValueTask<RpcOutcome<TReply>> sent)
        where TReply : struct
    {
        RpcOutcome<TReply> outcome = await sent.ConfigureAwait(false);
        BillingResult result = outcome.IsOk
            ? BillingResult.Allowed(CgrDuration.Zero)
            : BillingResult.Failed(outcome.Status, outcome.Error ?? outcome.Status.ToString());
        return new BillingReply<TReply>(result, outcome.Reply);
    }

    private void Wake() => _loop.Post(s_nothing);

    private void Run(DateTimeOffset lastSeen)
    {
        _sessions.IsMetered = true;
        _engines.Start();
        foreach (ChargedCall call in _calls.ToArray())
        {
            call.TakeUp(lastSeen);
        }

        while (!_isStopping)
        {
            _sessions.Advance();
            long engines = _engines.Advance();
            _engines.Flush();
            long next = SocketLoop.Sooner(engines, _sessions.NextDueInMs);
            _loop.RunOnce((int)Math.Min(next, int.MaxValue));
        }

        lock (_closeLock)
        {
            _isClosed = true;
        }

        // What was posted before that still has its answer to get.
        _loop.RunOnce(0);
        foreach (ChargedCall call in _calls)
        {
            call.Leave();
        }

        // Its sockets belong to this thread.
        _sessions.IsMetered = false;
        _engines.Dispose();
        _loop.Dispose();
    }

    private sealed class Work(Action action) : ILoopWork
    {
        public void Run() => action();
    }
}
