namespace HotPath.Sip;

/// <summary>Is told when a timer of a <see cref="TimerWheel"/> is due.</summary>
public interface ITimerHandler
{
    /// <summary>
    /// The timer is due and is no longer armed; it may be armed again from here. Called inside <see cref="TimerWheel.Advance"/>, on
    /// the wheel's thread.
    /// </summary>
    /// <param name="kind">Which of the handler's timers it is, as given when it was armed.</param>
    /// <param name="state">What was given when it was armed.</param>
    void OnTimer(int kind, long state);
}
