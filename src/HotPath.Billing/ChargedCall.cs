using HotPath.Commands;

namespace HotPath.Billing;

/// <summary>
/// One call of a <see cref="BillingClient"/>, from the question whether it may run to its CDR. Its members may be called from any thread.
/// </summary>
public sealed class ChargedCall : ISessionOwner
{
    /// <summary>Longest <see cref="State"/>, bytes.</summary>
    public const int MaxStateLength = 16 * 1024;

    private readonly BillingClient _client;
    private readonly TaskCompletionSource<ChargedCall> _authorized = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<BillingResult> _initiated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<EndCause> _endRequested = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<CallSettlement> _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile byte[] _state;

    // From here on only the client's thread.
    private ChargingSession? _session;
    private bool _goesOn;

    internal ChargedCall(BillingClient client, byte[] state)
    {
        _client = client;
        _state = state;
    }

    /// <summary>
    /// The identity by which the engine knows the call: the one it was given, with the profile's tag and what else it needed; empty if
    /// nothing could be asked with what it was given.
    /// </summary>
    public string OriginId { get; private set; } = "";

    /// <summary>
    /// Whether the call may run, and for how long from its answer; or why not. Of a call that an earlier process began: that it runs.
    /// </summary>
    public BillingResult Authorization { get; private set; }

    /// <summary>What the program needs to know the call again after a crash: the journal keeps it with the call and does not look into it.</summary>
    public ReadOnlyMemory<byte> State => _state;

    /// <summary>
    /// Completes when the call must end: the grant is over, the engine asks, or it took the session back. Then call <see cref="EndAsync"/>.
    /// Cancelled if the call is over without that.
    /// </summary>
    public Task<EndCause> EndRequested => _endRequested.Task;

    /// <summary>Completes when the call is over and everything is delivered or parked; at the latest when the client is closed.</summary>
    public Task<CallSettlement> Settled => _settled.Task;

    /// <summary>Replaces <see cref="State"/>.</summary>
    /// <param name="state">Copied.</param>
    /// <exception cref="ArgumentException">It is longer than <see cref="MaxStateLength"/>.</exception>
    /// <exception cref="ObjectDisposedException">The client is closed.</exception>
    public void SetState(ReadOnlySpan<byte> state)
    {
        CheckState(state.Length);
        _state = state.ToArray();
        _client.Post(() => _session?.NoteOwnerChange());
    }

    /// <summary>
    /// Sets variables for the commands of this call that are still to come. OriginID and OriginHost stay what they were when the call was
    /// authorised. Completes with why a value did not fit, if one did not: those before it are set. After the end of the call it changes nothing.
    /// </summary>
    /// <param name="variables">Fields of the event; copied.</param>
    /// <param name="options">Members beside the event; copied.</param>
    /// <exception cref="ObjectDisposedException">The client is closed.</exception>
    public Task<CgrVariableResult> SetVariablesAsync(CgrVariables variables, CgrVariables? options = null)
    {
        CgrVariables variablesCopy = ChargingSession.Join(null, variables);
        CgrVariables optionsCopy = ChargingSession.Join(null, options);
        TaskCompletionSource<CgrVariableResult> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _client.Post(() =>
        {
            CgrVariableResult result = _session?.Variables.TrySetAll(variablesCopy) ?? CgrVariableResult.Ok;
            completion.SetResult(result.IsOk ? _session?.Options.TrySetAll(optionsCopy) ?? CgrVariableResult.Ok : result);
        });
        return completion.Task;
    }

    /// <summary>
    /// The call was answered just now: opens the session on the engine and counts the grant from here. Connect the caller without waiting
    /// for the outcome; if it is not well, <see cref="EndRequested"/> completes too.
    /// </summary>
    /// <returns>
    /// How long the call may run, counted from the answer, as the engine says now or as the profile allows without one; or why it must end.
    /// <see cref="BillingOutcome.Canceled"/> if it ended first. A call that is answered already: what came of that.
    /// </returns>
    /// <exception cref="InvalidOperationException">The call was refused.</exception>
    /// <exception cref="ObjectDisposedException">The client is closed.</exception>
    public Task<BillingResult> AnswerAsync()
    {
        if (!Authorization.IsOk)
        {
            throw new InvalidOperationException($"Call '{OriginId}' may not run: {Authorization.Kind}.");
        }

        _client.Post(() => _session?.Answer());
        return _initiated.Task;
    }

    /// <summary>The call ended just now, or was given up before an answer. The first end counts.</summary>
    /// <param name="cause">Why, for the CDR.</param>
    /// <returns>Completes when the session is terminated and its CDR delivered, or parked: <see cref="Settled"/>.</returns>
    /// <exception cref="ObjectDisposedException">The client is closed.</exception>
    public Task<CallSettlement> EndAsync(EndCause cause)
    {
        _client.Post(() => End(cause));
        return _settled.Task;
    }

    internal Task<ChargedCall> Authorized => _authorized.Task;

    internal void Begin(ChargingSession session)
    {
        _session = session;
        OriginId = session.OriginIdText;
        session.Authorize();
    }

    internal void Refuse(in BillingResult result)
    {
        Authorization = result;
        Settle(default);
    }

    internal Task<CallSettlement> End(in EndCause cause)
    {
        _session?.Abandon(cause);
        _session?.End(cause);
        return _settled.Task;
    }

    /// <summary>Belongs to a session that the journal knows; <see cref="TakeUp"/> follows.</summary>
    internal void Restore(ChargingSession session, bool goesOn)
    {
        _session = session;
        OriginId = session.OriginIdText;
        _goesOn = goesOn;
        Authorization = BillingResult.Allowed(session.Grant);
        if (session.State != SessionState.Initiating)
        {
            _initiated.SetResult(Authorization);
        }
    }

    /// <summary>Goes on with what the session owes.</summary>
    internal void TakeUp(DateTimeOffset lastSeen)
    {
        if (_session is { IsRunning: true } session && !_goesOn)
        {
            session.EndAsOf(lastSeen);
        }
        else
        {
            _session?.Continue();
        }
    }

    /// <summary>The client is being closed.</summary>
    internal void Leave()
    {
        _session = null;
        Settle(new CallSettlement(SettlementKind.Left, default, ""));
    }

    void ISessionOwner.OnGranted(ChargingSession session)
    {
        Authorization = session.Permission;
        _authorized.TrySetResult(this);
    }

    void ISessionOwner.OnRefused(ChargingSession session, RefusalKind kind, string error) => Authorization = session.Refusal;

    void ISessionOwner.OnInitiated(ChargingSession session, in BillingResult result) => _initiated.TrySetResult(result);

    void ISessionOwner.OnEndCall(ChargingSession session, in EndCause cause) => _endRequested.TrySetResult(cause);

    int ISessionOwner.WriteState(ChargingSession session, Span<byte> output)
    {
        byte[] state = _state;
        return state.AsSpan().TryCopyTo(output) ? state.Length : 0;
    }

    void ISessionOwner.OnSettled(ChargingSession session)
    {
        _session = null;
        _client.Forget(this);
        Settle(session.Settlement);
    }

    /// <summary>Nobody waits any longer.</summary>
    private void Settle(in CallSettlement settlement)
    {
        if (Authorization.Kind == BillingOutcome.None)
        {
            Authorization = BillingResult.Failed(BillingOutcome.Canceled, "the call ended first");
        }

        _authorized.TrySetResult(this);
        _initiated.TrySetResult(BillingResult.Failed(BillingOutcome.Canceled, "the call ended first"));
        _endRequested.TrySetCanceled();
        _settled.TrySetResult(settlement);
    }

    internal static void CheckState(int length) => ArgumentOutOfRangeException.ThrowIfGreaterThan(length, MaxStateLength, "state");
}
