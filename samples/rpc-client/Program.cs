// Asks the engine at 127.0.0.1:2014, or where the first argument says, how long account 1001, or the second one, may call 1002.
using HotPath.Commands;
using HotPath.Rpc;

if (!EngineAddress.TryParse(args is [string given, ..] ? given : "127.0.0.1:2014", out EngineAddress address))
{
    Console.WriteLine("usage: rpc-client [HOST[:PORT] [ACCOUNT]]");
    return 2;
}

await using EngineClientHost engine = EngineClientHost.Start(new EngineClientOptions { Engines = [address] });
RpcOutcome<AuthorizeReply> answer = await engine.SendAsync<AuthorizeEvent, AuthorizeReply>(new AuthorizeEvent
{
    GetMaxUsage = true,
    OriginId = $"{Guid.NewGuid():N}@rpc-client",
    RequestType = "*prepaid",
    Account = args is [_, string account, ..] ? account : "1001",
    Destination = "1002",
    SetupTime = DateTimeOffset.UtcNow,
});

CgrDuration grant = answer.Reply.MaxUsage ?? CgrDuration.Unlimited;
Console.WriteLine(
    !answer.IsOk ? $"not known: {answer.Status} {answer.Error ?? engine.Statistics[0].LastFailure}"
    : grant == CgrDuration.Zero ? "refused: no credit"
    : $"may run {grant}");
return answer.IsOk && grant != CgrDuration.Zero ? 0 : 1;
