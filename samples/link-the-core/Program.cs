// Authorises, accounts for and ends a call. Arguments: the engine, by default 127.0.0.1:2014 ("hotpath engine" starts one), the account
// and the folder of a journal, with which a call that was running when the program died is ended and charged the next time.
using HotPath.Billing;
using HotPath.Rpc;

if (!EngineAddress.TryParse(args is [string given, ..] ? given : "127.0.0.1:2014", out EngineAddress engine))
{
    Console.WriteLine("usage: link-the-core [HOST[:PORT] [ACCOUNT [FOLDER]]]");
    return 2;
}

await using BillingClient billing = BillingClient.Connect(
    new EngineClientOptions { Engines = [engine] },
    new ChargingProfile { OriginHost = "my-edge" },
    args is [_, _, string folder] ? new BillingJournalOptions { Folder = folder } : null);

ChargedCall call = await billing.AuthorizeAsync($"{Guid.NewGuid():N}@my-edge", account: args is [_, string account, ..] ? account : "1001", destination: "1002");
if (!call.Authorization.IsOk)
{
    Console.WriteLine($"refused: {call.Authorization.Kind} {call.Authorization.Error}");
    return 1;
}

Console.WriteLine($"may run {call.Authorization.Grant}");
BillingResult answered = await call.AnswerAsync();
Console.WriteLine($"answered: {answered.Kind}, may run {answered.Grant}; Enter hangs up");

// The call runs until somebody hangs up, or until charging says that it must end.
await Task.WhenAny(call.EndRequested, Task.Run(Console.ReadLine));
EndCause cause = call.EndRequested.IsCompleted ? await call.EndRequested : EndCause.CallerBye;
CallSettlement settled = await call.EndAsync(cause);
Console.WriteLine($"ended: {cause.Text}; {settled.Kind}, charged for {settled.Usage}");
return 0;
