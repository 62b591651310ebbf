using HotPath.Commands;
using HotPath.Rpc;

namespace HotPath.Edge;

/// <summary>
/// A call that a handler decides about. Belongs to its lane: what touches it from another thread, or after the call has ended (the
/// caller gave up) or gone on, fails with an <see cref="InvalidOperationException"/> that says so. Allocates nothing.
/// </summary>
public readonly struct IncomingCall
{
    private readonly Call _call;
    private readonly uint _generation;

    internal IncomingCall(Call call, uint generation)
    {
        _call = call;
        _generation = generation;
    }

    /// <summary>The call can still be decided about. On its lane only.</summary>
    public bool IsAlive => OnLane.Generation == _generation;

    /// <summary>Call-ID of the INVITE. Good until the handler suspends.</summary>
    public ReadOnlySpan<byte> CallId => Checked.Setup.CallId;

    /// <summary>Who pays. Good until the handler suspends or sets another.</summary>
    public ReadOnlySpan<byte> Account => Checked.Setup.Account;

    /// <summary>The number called. Good until the handler suspends.</summary>
    public ReadOnlySpan<byte> Destination => Checked.Setup.Destination;

    /// <summary>Charges another account.</summary>
    /// <param name="account">UTF-8, at most 128 bytes; copied.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is longer.</exception>
    public void SetAccount(ReadOnlySpan<byte> account) => Checked.Setup.SetAccount(account);

    /// <summary>Has the call tried by this next hop first.</summary>
    /// <param name="route">Index in <see cref="EdgeOptions.Routes"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such route.</exception>
    public void UseRoute(int route) => Checked.UseRoute(route);

    /// <summary>Answers the caller; the call is over, and nothing is charged.</summary>
    /// <param name="status">A final error, 400…699.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is none.</exception>
    public void Reject(int status)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 400);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 699);
        Checked.RejectByHandler(status);
    }

    /// <summary>To be awaited: goes on after a time, on the lane, within the precision of its timers (a millisecond).</summary>
    public LaneDelay Delay(TimeSpan time) => LaneDelay.Start(Checked.Lane, time);

    /// <summary>To be awaited: sends a command to the charging engines and goes on with the outcome, on the lane.</summary>
    /// <exception cref="InvalidOperationException">The edge charges nothing, and so has no engines.</exception>
    public LaneReply<TReply> Send<TCommand, TReply>(scoped in TCommand command, RpcRequestOptions options = default)
        where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
        where TReply : struct, ICgrReply<TReply> => LaneReply<TReply>.Start(Checked.Lane, command, options);

    private Call OnLane => SynchronizationContext.Current == _call.Lane.Context
        ? _call
        : throw new InvalidOperationException("A call is touched off its lane: stay on it, without ConfigureAwait(false), Task.Run or threads of your own.");

    private Call Checked => OnLane is { } call && call.Generation == _generation
        ? call
        : throw new InvalidOperationException("The call has ended, or its handler is done: ask IsAlive after each await.");
}
