namespace HotPath.Rpc;

/// <summary>
/// Which of the engines that can be asked is asked. Immutable; called for every request that is not bound to one engine, on the
/// client's thread, so it must neither lock nor allocate.
/// </summary>
public abstract class OrderPolicy
{
    /// <summary>The first in the configured order: the others stand by. The default, and what the reference module does.</summary>
    public static OrderPolicy Failover { get; } = new FailoverOrder();

    /// <summary>Two at random, and of these the one with fewer requests outstanding.</summary>
    public static OrderPolicy Balanced { get; } = new BalancedOrder();

    /// <summary>The choice is always the first candidate, so the others need not be looked for.</summary>
    internal virtual bool TakesFirst => false;

    /// <summary>Chooses.</summary>
    /// <param name="candidates">One bit for each engine that can be asked, by its index; at least one is set.</param>
    /// <param name="outstanding">Requests of this client that wait for an answer, by engine.</param>
    /// <param name="random">The client's source of chance.</param>
    /// <returns>The index of one of the candidates; anything else means the first.</returns>
    public abstract int Choose(ulong candidates, ReadOnlySpan<int> outstanding, Random random);
}
