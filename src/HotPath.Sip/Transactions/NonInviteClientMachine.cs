using E = HotPath.Sip.TransactionEvent;
using S = HotPath.Sip.TransactionState;

namespace HotPath.Sip;

/// <summary>Non-INVITE client transaction: RFC 3261 §17.1.2, figure 6. Pairs not listed do nothing.</summary>
internal static class NonInviteClientMachine
{
    public static void Begin(ClientTransaction t)
    {
        t.State = S.Trying;
        t.ArmRepeat(E.TimerE, t.Timers.T1Ms);
        t.ArmLifetime(E.TimerF, t.Timers.GiveUpMs);
        t.SendRequest();
    }

    public static void Step(ClientTransaction t, E happened, in SipMessage response)
    {
        switch (t.State, happened)
        {
            case (S.Trying, E.TimerE):
                t.Repeat();
                t.ArmRepeat(E.TimerE, Math.Min(2 * t.RepeatMs, t.Timers.T2Ms));
                break;
            case (S.Proceeding, E.TimerE):
                t.Repeat();
                t.ArmRepeat(E.TimerE, t.Timers.T2Ms);
                break;
            case (S.Trying or S.Proceeding, E.TimerF):
                t.ReportTimeoutAndTerminate();
                break;
            case (S.Trying or S.Proceeding, E.TransportError):
                t.ReportTransportErrorAndTerminate();
                break;
            case (S.Trying or S.Proceeding, E.Trying):
                t.State = S.Proceeding;
                break;
            case (S.Trying or S.Proceeding, E.Provisional):
                t.State = S.Proceeding;
                t.Report(response);
                break;
            case (S.Trying or S.Proceeding, E.Success or E.Failure):
                t.State = S.Completed;
                t.DisarmRepeat();
                t.ArmLifetime(E.TimerK, t.Timers.T4Ms);
                t.ReportAndReleaseRequest(response);
                break;
            case (S.Completed, E.TimerK):
                t.Terminate();
                break;
            case (S.Completed, E.Trying or E.Provisional or E.Success or E.Failure):
                t.Counters.ResponsesAbsorbed++;
                break;
        }
    }
}
