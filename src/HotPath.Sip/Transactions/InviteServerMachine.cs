using E = HotPath.Sip.TransactionEvent;
using S = HotPath.Sip.TransactionState;

namespace HotPath.Sip;

/// <summary>INVITE server transaction: RFC 3261 §17.2.1, figure 7, with the Accepted state of RFC 6026 §7.1. Pairs not listed do nothing.</summary>
internal static class InviteServerMachine
{
    public static void Begin(ServerTransaction t)
    {
        t.State = S.Proceeding;
        t.ArmGuard(E.TimerTrying, t.Timers.TryingDelayMs);
    }

    /// <returns>The response was sent; always false for other events.</returns>
    public static bool Step(ServerTransaction t, E happened, ReadOnlySpan<byte> response)
    {
        switch (t.State, happened)
        {
            case (S.Proceeding, E.Request):
                t.Repeat();
                return false;
            case (S.Proceeding, E.TimerTrying):
                t.SendTryingFromRequest();
                return false;
            case (S.Proceeding, E.Trying or E.Provisional):
                t.DisarmGuard();
                t.SendAndKeep(response);
                return true;
            case (S.Proceeding, E.Success):
                t.DisarmGuard();
                t.State = S.Accepted;
                t.ArmLifetime(E.TimerL, t.Timers.GiveUpMs);
                t.Send(response);
                t.ReleaseBuffers();
                return true;
            case (S.Proceeding, E.Failure):
                t.DisarmGuard();
                t.State = S.Completed;
                t.ArmRepeat(E.TimerG, t.Timers.T1Ms);
                t.ArmLifetime(E.TimerH, t.Timers.GiveUpMs);
                t.SendAndKeep(response);
                t.ReleaseRequest();
                return true;

            // The 2xx repeats end to end: each comes from the callee again, and a repeated INVITE is absorbed.
            case (S.Accepted, E.Success):
                t.Send(response);
                return true;
            case (S.Accepted, E.TimerL):
                t.Terminate();
                return false;

            case (S.Completed, E.Request):
                t.Repeat();
                return false;
            case (S.Completed, E.TimerG):
                t.Repeat();
                t.ArmRepeat(E.TimerG, Math.Min(2 * t.RepeatMs, t.Timers.T2Ms));
                return false;
            case (S.Completed, E.Ack):
                t.State = S.Confirmed;
                t.DisarmRepeat();
                t.ArmLifetime(E.TimerI, t.Timers.T4Ms);
                t.ReleaseBuffers();
                return false;
            case (S.Completed, E.TimerH):
                t.Counters.Unacknowledged++;
                t.Terminate();
                return false;

            case (S.Confirmed, E.TimerI):
                t.Terminate();
                return false;

            default:
                return false;
        }
    }
}
