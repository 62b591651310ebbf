using HotPath.Sip;

namespace HotPath.Edge;

/// <summary>The call while a handler decides about it.</summary>
internal sealed partial class Call
{
    private const int NoRoute = -1;

    private CallSetup? _setup;
    private CallTask.Awaiter _handling;
    private Action? _onHandled;
    private bool _isHandled = true;
    private int _firstRoute = NoRoute;

    public Lane Lane => lane;

    /// <summary>Changes when handlers may not touch the call any more.</summary>
    public uint Generation { get; private set; }

    public CallSetup Setup => _setup!;

    public void UseRoute(int route)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(route);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(route, lane.Router.RouteCount);
        _firstRoute = route;
    }

    public void RejectByHandler(int status) => Reject(status, default);

    private void AskHandler(ReadOnlySpan<byte> callId, ReadOnlySpan<byte> account, ReadOnlySpan<byte> destination)
    {
        _setup ??= new CallSetup();
        _setup.Set(callId, account, destination);
        _onHandled ??= OnHandled;
        _isHandled = false;

        // A handler that never ends must not keep the caller for ever.
        _limit = lane.Timers.Arm((long)lane.Options.MaxRinging.TotalMilliseconds, this, MaxRingingTimer);
        lane.Context.Run(static state => ((Call)state!).Handle(), this);
    }

    private void Handle()
    {
        try
        {
            _handling = lane.Handler!.OnInvite(new IncomingCall(this, Generation)).GetAwaiter();
        }
        catch (Exception error)
        {
            _handling = new CallTask(error).GetAwaiter();
        }

        if (_handling.IsCompleted)
        {
            OnHandled();
        }
        else
        {
            _handling.UnsafeOnCompleted(_onHandled!);
        }
    }

    private void OnHandled()
    {
        _isHandled = true;
        bool hasFailed = false;
        try
        {
            _handling.GetResult();
        }
        catch (Exception error)
        {
            hasFailed = true;
            lane.Log.HandlerFailed(error);
        }

        _handling = default;
        Generation++;
        lane.Timers.Cancel(_limit);
        if (State != CallState.Authorising)
        {
            // Rejected, or given up by the caller meanwhile: nobody waits for the call but this.
            ReleaseIfDone();
        }
        else if (hasFailed || _invite is null || !lane.TryReadKept(_invite.Request, out SipMessage invite))
        {
            Reject(500, default);
        }
        else
        {
            GoOn(invite, Setup.Account, Setup.Destination);
        }
    }
}
