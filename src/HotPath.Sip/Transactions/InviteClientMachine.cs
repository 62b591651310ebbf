using E = HotPath.Sip.TransactionEvent;
using S = HotPath.Sip.TransactionState;

namespace HotPath.Sip;

/// <summary>
/// INVITE client transaction: RFC 3261 §17.1.1, figure 5, with the Accepted state of RFC 6026 §7.2, timer C of a proxy (§16.6 step 11,
/// §16.8) and CANCEL (§9.1). Pairs not listed do nothing.
/// </summary>
internal static class InviteClientMachine
{
    public static void Begin(ClientTransaction t)
    {
        t.State = S.Calling;
        t.ArmRepeat(E.TimerA, t.Timers.T1Ms);
        t.ArmLifetime(E.TimerB, t.Timers.GiveUpMs);
        t.SendRequest();
    }

    public static void Step(ClientTransaction t, E happened, in SipMessage response)
    {
        switch (t.State, happened)
        {
            case (S.Calling, E.TimerA):
                t.Repeat();
                t.ArmRepeat(E.TimerA, 2 * t.RepeatMs);
                break;
            case (S.Calling, E.TimerB):
                t.ReportTimeoutAndTerminate();
                break;
            case (S.Calling or S.Completed, E.TransportError):
                t.ReportTransportErrorAndTerminate();
                break;
            case (S.Calling, E.Cancel):
                // No CANCEL before the callee has shown that it has the INVITE: it could overtake it (§9.1).
                t.IsCancelWanted = true;
                break;
            case (S.Calling, E.Trying or E.Provisional) when t.IsCancelWanted:
                StartCancel(t);
                break;
            case (S.Calling, E.Trying):
                Ring(t);
                break;
            case (S.Calling or S.Proceeding, E.Provisional):
                Ring(t);
                t.Report(response);
                break;

            case (S.Proceeding, E.Cancel):
                StartCancel(t);
                break;
            case (S.Proceeding, E.TimerC):
                StartCancel(t);
                t.ReportTimeout();
                break;
            case (S.Cancelling, E.TimerCancel):
                t.ReportTimeoutAndTerminate();
                break;

            case (S.Calling or S.Proceeding or S.Cancelling, E.Success):
                t.State = S.Accepted;
                t.DisarmRepeat();
                t.ArmLifetime(E.TimerM, t.Timers.GiveUpMs);
                t.ReportAndReleaseRequest(response);
                break;
            case (S.Calling or S.Proceeding or S.Cancelling, E.Failure):
                t.State = S.Completed;
                t.DisarmRepeat();
                t.ArmLifetime(E.TimerD, t.Timers.TimerDMs);
                t.SendAck(response);
                t.Report(response);
                break;

            // Repeats of the 2xx, and 2xx of other branches of a fork.
            case (S.Accepted, E.Success):
                t.Report(response);
                break;
            case (S.Accepted, E.TimerM):
                t.Terminate();
                break;

            case (S.Completed, E.Failure):
                t.Counters.ResponsesAbsorbed++;
                t.Repeat();
                break;
            case (S.Completed, E.TimerD):
                t.Terminate();
                break;

            case (S.Accepted or S.Completed or S.Cancelling, E.Trying or E.Provisional or E.Success or E.Failure):
                t.Counters.ResponsesAbsorbed++;
                break;
        }
    }

    private static void Ring(ClientTransaction t)
    {
        t.State = S.Proceeding;
        t.DisarmRepeat();
        t.ArmLifetime(E.TimerC, t.Timers.TimerCMs);
    }

    private static void StartCancel(ClientTransaction t)
    {
        t.State = S.Cancelling;
        t.DisarmRepeat();
        t.ArmLifetime(E.TimerCancel, t.Timers.GiveUpMs);
        t.SendCancel();
    }
}
