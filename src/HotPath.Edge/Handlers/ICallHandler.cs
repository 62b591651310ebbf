namespace HotPath.Edge;

/// <summary>What a program decides about its calls beyond the configuration. One object serves all lanes, so it is called by several threads.</summary>
public interface ICallHandler
{
    /// <summary>
    /// A new call has arrived and was found in order; the caller has its 100, the engine and the callee know nothing yet. When the task is done
    /// the call goes on: to be authorised, unless it was rejected. A task that fails ends the call with 500.
    /// </summary>
    /// <param name="call">The call; good until the task is done or the call ends, whichever is sooner.</param>
    CallTask OnInvite(IncomingCall call);
}
