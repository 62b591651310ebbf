using HotPath.Billing;
using HotPath.Rpc;

EngineClientOptions engines = new() { Engines = [new EngineAddress("127.0.0.1", 2014)] };
ChargingProfile profile = new() { OriginHost = "my-edge" };
await using BillingClient billing = BillingClient.Connect(engines, profile);

// Before the INVITE goes out: may this call run, and for how long?
ChargedCall call = await billing.AuthorizeAsync(originId: Guid.NewGuid().ToString(), account: "1001", destination: "1002");
if (!call.IsAllowed)
{
    Console.WriteLine($"refused: {call.Refusal} {call.Error}");
    return 1;
}

Console.WriteLine($"1001 may call 1002 for {call.Grant}");

// When the 200 OK passes: the session opens, and the granted time begins.
call.Answer();

// Then whatever comes first: a BYE (here after three seconds), or the end of the money.
await Task.WhenAny(call.EndRequested, Task.Delay(TimeSpan.FromSeconds(3)));
EndCause cause = call.EndRequested.IsCompleted ? await call.EndRequested : EndCause.CallerBye;
await call.EndAsync(cause);
Console.WriteLine($"ended ({cause.Text}), charged, CDR delivered");
return 0;
