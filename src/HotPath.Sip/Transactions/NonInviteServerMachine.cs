using E = HotPath.Sip.TransactionEvent;
using S = HotPath.Sip.TransactionState;

namespace HotPath.Sip;

/// <summary>Non-INVITE server transaction: RFC 3261 §17.2.2, figure 8. Pairs not listed do nothing.</summary>
internal static class NonInviteServerMachine
{
    public static void Begin(ServerTransaction t)
    {
        t.State = S.Trying;

        // The client has given up by then and a late answer only does harm (RFC 4320 §4), so an unanswered request ends here too.
        t.ArmLifetime(E.TimerJ, t.Timers.GiveUpMs);
    }

    /// <returns>The response was sent; always false for other events.</returns>
    public static bool Step(ServerTransaction t, E happened, ReadOnlySpan<byte> response)
    {
        switch (t.State, happened)
        {
            case (S.Trying or S.Proceeding, E.Trying or E.Provisional):
                t.State = S.Proceeding;
                t.SendAndKeep(response);
                return true;
            case (S.Trying or S.Proceeding, E.Success or E.Failure):
                t.State = S.Completed;
                t.ArmLifetime(E.TimerJ, t.Timers.GiveUpMs);
                t.SendAndKeep(response);
                return true;
            case (S.Proceeding or S.Completed, E.Request):
                t.Repeat();
                return false;
            case (S.Trying or S.Proceeding or S.Completed, E.TimerJ):
                t.Terminate();
                return false;

            default:
                return false;
        }
    }
}
