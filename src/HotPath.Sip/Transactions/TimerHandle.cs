namespace HotPath.Sip;

/// <summary>
/// Names one arming of a timer on a <see cref="TimerWheel"/>. Stays harmless after the timer has fired or was cancelled: it then names
/// nothing, even when the wheel has given its place to another timer. The default value names nothing.
/// </summary>
public readonly record struct TimerHandle
{
    internal TimerHandle(int slot, uint generation)
    {
        Slot = slot;
        Generation = generation;
    }

    internal int Slot { get; }

    // Never 0 for a timer that was armed.
    internal uint Generation { get; }
}
