using HotPath.Commands;

namespace HotPath.Billing;

/// <summary>
/// One call of a <see cref="BillingClient"/>, from the question whether it may run to its CDR. Its members may be called from any thread.
/// </summary>
public sealed class ChargedCall : ISessionOwner
{
    private readonly BillingClient _client;
    private readonly TaskCompletionSource<ChargedCall> _authorized = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<EndCause> _endRequested = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ChargingSession? _session;

    internal ChargedCall(BillingClient client) => _client = client;

    /// <summary>The call may run.</summary>
    public bool IsAllowed { get; private set; }

    /// <summary>How long it may run from its answer; <see cref="CgrDuration.Unlimited"/> if there is no limit.</summary>
    public CgrDuration Grant { get; private set; }

    /// <summary>Whose fault it is that the call may not run.</summary>
    public RefusalKind Refusal { get; private set; }

    /// <summary>What the engine said when it refused; empty if the call is allowed.</summary>
    public string Error { get; private set; } = "";

    /// <summary>Completes when the call must end: the grant is over, the engine asks, or it took the session back. Then call <see cref="EndAsync"/>.</summary>
    public Task<EndCause> EndRequested => _endRequested.Task;

    /// <summary>
    /// Sets variables for the commands of this call that are still to come. OriginID and OriginHost stay what they were when the call was
    /// authorised. Completes with why a value did not fit, if one did not: those before it are set. After the end of the call it changes nothing.
    /// </summary>
    /// <param name="variables">Fields of the event; copied.</param>
    /// <param name="options">Members beside the event; copied.</param>
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

    /// <summary>The call was answered just now: opens the session on the engine and counts the grant from here.</summary>
    public void Answer() => _client.Post(() => _session?.Answer());

    /// <summary>
    /// The call ended just now, or was given up before an answer. Completes when the session is terminated and its CDR delivered, or when
    /// it was parked (<see cref="BillingStatistics.Unresolved"/>).
    /// </summary>
    public Task EndAsync(EndCause cause)
    {
        _client.Post(() =>
        {
            _session?.Abandon(cause);
            _session?.End(cause);
        });
        return _settled.Task;
    }

    internal Task<ChargedCall> Authorized => _authorized.Task;

    internal void Begin(ChargingSession session)
    {
        _session = session;
        session.Authorize();
    }

    void ISessionOwner.OnGranted(ChargingSession session)
    {
        IsAllowed = true;
        Grant = session.Grant;
        _authorized.TrySetResult(this);
    }

    void ISessionOwner.OnRefused(ChargingSession session, RefusalKind kind, string error)
    {
        Refusal = kind;
        Error = error;
        _authorized.TrySetResult(this);
    }

    void ISessionOwner.OnEndCall(ChargingSession session, in EndCause cause) => _endRequested.TrySetResult(cause);

    void ISessionOwner.OnSettled(ChargingSession session)
    {
        _session = null;
        _settled.TrySetResult();
    }
}
