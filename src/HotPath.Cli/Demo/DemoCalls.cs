using System.Net;
using HotPath.Charging;

namespace HotPath.Cli;

/// <summary>
/// The calls of the demo. Each is played by two phones through the edge, and checked against what the tutorial tariff says it must cost,
/// by what the phones saw and by what the engine recorded.
/// </summary>
internal sealed class DemoCalls(EngineHost engine, IPEndPoint edge, Phone callee, IDemoReport report, CancellationToken cancellation)
{
    private const string Tenant = "cgrates.org";
    private const string Prepaid = "1001";
    private const string NoSuchAccount = "1099";

    /// <summary>Calls to 1003 may cost at most 0.12, at 0.01 a second.</summary>
    private const double MaxCostSeconds = 12;

    /// <summary>How long the callee rings, and how long the caller of the first call talks.</summary>
    private static readonly TimeSpan s_ringing = TimeSpan.FromSeconds(0.5);
    // A little less than the three seconds that are billed: a second begun counts.
    private static readonly TimeSpan s_talking = TimeSpan.FromSeconds(2.9);

    /// <summary>Longest wait for anything that should happen at once.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly List<DemoStep> _steps = [];

    /// <summary>Plays all calls, one after the other.</summary>
    public async Task<IReadOnlyList<DemoStep>> PlayAsync()
    {
        await PlayAsync(
            new DemoStep("prepaid call, hung up by the caller", Prepaid, "1002"),
            $"{Prepaid} has credit. The call costs 0.4 for the connection and 0.2 for the first minute begun.",
            HungUpByCallerAsync);
        await PlayAsync(
            new DemoStep("call cut off by the edge", Prepaid, "1003"),
            $"A call to 1003 may cost 0.12 at most, at 0.01 a second: after {MaxCostSeconds} s it has, and the edge ends it for both.",
            CutOffAsync);
        await PlayAsync(
            new DemoStep("account that does not exist", NoSuchAccount, "1002"),
            $"Nobody pays for {NoSuchAccount}: the caller is refused and the callee never rings.",
            RefusedAsync);
        await PlayAsync(
            new DemoStep("callee is busy", Prepaid, "1002"),
            "The call is authorised, but nobody answers: it costs nothing and leaves a CDR that says why.",
            BusyAsync);
        return _steps;
    }

    private async Task PlayAsync(DemoStep step, string why, Func<DemoStep, Phone, Task> play)
    {
        _steps.Add(step);
        report.StepBegins(_steps.Count, step, why);
        step.BalanceBefore = await BalanceAsync(step.Caller);
        await using Phone caller = new(step.Caller);
        try
        {
            await play(step, caller);
        }
        catch (TimeoutException missing)
        {
            step.Problems.Add(missing.Message);
        }

        report.StepEnded(step);
    }

    private async Task HungUpByCallerAsync(DemoStep step, Phone caller)
    {
        (PhoneCall outgoing, PhoneCall incoming) = await ConnectAsync(step, caller);
        await Task.Delay(s_talking, cancellation);
        Note(step, $"{step.Caller} hangs up");
        int answer = await Within(outgoing.HangUpAsync(), "the edge did not answer the caller's BYE");
        await CheckEndAsync(step, outgoing, incoming);
        step.Expect("answer to the BYE", 200, answer);
        step.Expect("ended by", "caller", step.EndedBy);
        step.ExpectWithin("duration in seconds", s_talking.TotalSeconds - 0.1, s_talking.TotalSeconds + 1, step.DurationSeconds);
        await CheckChargeAsync(step, 0.6m, "Downstream BYE");
    }

    private async Task CutOffAsync(DemoStep step, Phone caller)
    {
        (PhoneCall outgoing, PhoneCall incoming) = await ConnectAsync(step, caller);
        await Within(
            Task.WhenAll(outgoing.Ended, incoming.Ended),
            "the edge did not send a BYE to both phones in time",
            TimeSpan.FromSeconds(MaxCostSeconds) + s_patience);
        Note(step, "the edge hangs up on both sides");
        await CheckEndAsync(step, outgoing, incoming);
        step.Expect("ended by", "edge", step.EndedBy);
        step.ExpectWithin("duration in seconds", MaxCostSeconds - 0.1, MaxCostSeconds + 1, step.DurationSeconds);
        await CheckChargeAsync(step, 0.12m, "CGRateS Disconnect: INSUFFICIENT_CREDIT");
    }

    private async Task RefusedAsync(DemoStep step, Phone caller)
    {
        int reachedBefore = callee.InvitesReceived;
        PhoneCall outgoing = Dial(step, caller);
        step.Status = await Within(outgoing.Outcome, "the call was not refused");
        step.CalleeReached = callee.InvitesReceived > reachedBefore;
        Note(step, $"{step.Caller} is refused: {step.Status}");
        step.Expect("status", 403, step.Status);
        step.Expect("callee reached", false, step.CalleeReached);
        step.Expect("CDRs", 0, (await CdrsOfAsync(step)).Length);
    }

    private async Task BusyAsync(DemoStep step, Phone caller)
    {
        PhoneCall outgoing = Dial(step, caller);
        PhoneCall incoming = await CalleeIsReachedAsync(step);
        incoming.Refuse(486);
        step.Status = await Within(outgoing.Outcome, "the refusal did not reach the caller");
        Note(step, $"{step.Callee} is busy: {step.Status}");
        step.Expect("status", 486, step.Status);
        await CheckChargeAsync(step, 0m, "", sipCode: 486);
    }

    /// <summary>A call up to the moment in which both talk.</summary>
    private async Task<(PhoneCall Outgoing, PhoneCall Incoming)> ConnectAsync(DemoStep step, Phone caller)
    {
        PhoneCall outgoing = Dial(step, caller);
        PhoneCall incoming = await CalleeIsReachedAsync(step);
        incoming.Ring();
        await Within(outgoing.Ringing, "the caller did not hear it ring");
        Note(step, $"{step.Callee} rings");
        await Task.Delay(s_ringing, cancellation);
        incoming.Answer();
        step.Status = await Within(outgoing.Outcome, "the answer did not reach the caller");
        Note(step, $"{step.Callee} answers");
        step.Expect("status", 200, step.Status);
        return (outgoing, incoming);
    }

    private PhoneCall Dial(DemoStep step, Phone caller)
    {
        PhoneCall outgoing = caller.Dial(step.Callee, edge);
        step.CallId = outgoing.CallId;
        Note(step, $"{step.Caller} calls {step.Callee}");
        return outgoing;
    }

    private async Task<PhoneCall> CalleeIsReachedAsync(DemoStep step)
    {
        PhoneCall incoming = await Within(callee.NextCallAsync(cancellation).AsTask(), "the call did not reach the callee");
        step.CalleeReached = true;
        step.Expect("number the callee sees", step.Caller, incoming.OtherNumber);
        return incoming;
    }

    private static async Task CheckEndAsync(DemoStep step, PhoneCall outgoing, PhoneCall incoming)
    {
        PhoneCallEnd callerSide = await Within(outgoing.Ended, "the caller's phone did not see the end");
        PhoneCallEnd calleeSide = await Within(incoming.Ended, "the callee's phone did not see the end");
        step.DurationSeconds = Math.Round(calleeSide.Duration.TotalSeconds, 3);
        step.EndedBy = (callerSide.ByTheOtherSide, calleeSide.ByTheOtherSide) switch
        {
            (true, true) => "edge",
            (false, _) => "caller",
            _ => "callee",
        };
    }

    /// <summary>The engine's record of the call, and what it left of the balance.</summary>
    private async Task CheckChargeAsync(DemoStep step, decimal cost, string cause, int sipCode = 0)
    {
        // The edge ends the session and delivers the CDR after the phones are done.
        DateTime giveUp = DateTime.UtcNow + s_patience;
        DemoCdr[] cdrs = await CdrsOfAsync(step);
        while (cdrs.Length == 0 && DateTime.UtcNow < giveUp)
        {
            await Task.Delay(20, cancellation);
            cdrs = await CdrsOfAsync(step);
        }

        step.Expect("billed CDRs", 1, cdrs.Length);
        step.BalanceAfter = await BalanceAsync(step.Caller);
        if (cdrs is [DemoCdr cdr])
        {
            step.Cost = cdr.Cost;
            step.Expect("cost", cost, cdr.Cost);
            step.Expect("cause in the CDR", cause, cdr.DisconnectCause);
            step.Expect("SIP status in the CDR", sipCode, cdr.SipCode);
        }

        step.Expect("taken from the balance", cost, step.BalanceBefore - step.BalanceAfter);
    }

    /// <summary>The billed CDRs of a call: those of the default run. The tutorial's other run, *raw, records without charging.</summary>
    private async Task<DemoCdr[]> CdrsOfAsync(DemoStep step) =>
        [.. (await engine.GetCdrsAsync()).Where(cdr => cdr.OriginId == step.CallId && cdr.RunId == DemoCdr.ChargedRun).Select(DemoCdr.From)];

    private async Task<decimal?> BalanceAsync(string account) => (await engine.FindAccountAsync(Tenant, account))?.Money is { } money ? DemoCdr.Shortest(money) : null;

    private void Note(DemoStep step, string what) => report.Happened(step.Note(what));

    private static async Task<T> Within<T>(Task<T> task, string otherwise)
    {
        await Within((Task)task, otherwise);
        return await task;
    }

    private static async Task Within(Task task, string otherwise, TimeSpan? patience = null)
    {
        try
        {
            await task.WaitAsync(patience ?? s_patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{otherwise} ({(patience ?? s_patience).TotalSeconds:0} s)");
        }
    }
}
