// Authorises, accounts for and ends a call against the engine at 127.0.0.1:2014 ("hotpath engine" starts one).
using HotPath.Billing;
using HotPath.Rpc;

EngineAddress.TryParse(args is [string given] ? given : "127.0.0.1:2014", out EngineAddress engine);
await using BillingClient billing = BillingClient.Connect(
    new EngineClientOptions { Engines = [engine] },
    new ChargingProfile { OriginHost = "my-edge" });

ChargedCall call = await billing.AuthorizeAsync($"{Guid.NewGuid():N}@my-edge", account: "1001", destination: "1002");
if (!call.IsAllowed)
{
    Console.WriteLine($"refused: {call.Refusal}, {call.Error}");
    return 1;
}

Console.WriteLine($"may run {call.Grant}");
call.Answer();

// The call runs until somebody hangs up, or until charging says that it must end.
await Task.WhenAny(call.EndRequested, Task.Delay(TimeSpan.FromSeconds(3)));
EndCause cause = call.EndRequested.IsCompleted ? await call.EndRequested : EndCause.CallerBye;
await call.EndAsync(cause);
Console.WriteLine($"ended: {cause.Text}; CDRs delivered: {billing.Statistics.CdrsDelivered}");
return 0;
