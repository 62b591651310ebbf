using System;
using HotPath.Rpc;
using MyCarrier;

using QuoteEngine engine = new();
await using EngineClientHost engines = EngineClientHost.Start(new EngineClientOptions { Engines = [engine.Address] });
await engines.WaitAvailableAsync();
Quotes quotes = new(engines);

RpcOutcome<QuoteReply> good = await quotes.AskAsync(account: "1001", destination: "1002");
Console.WriteLine(good.IsOk ? $"1001 to 1002 costs {good.Reply.Cost}" : $"{good.Status}: {good.Error}");

// The account is required: the engine's side says so, in words that the generator wrote.
RpcOutcome<QuoteReply> bad = await quotes.AskAsync(account: null, destination: "1002");
Console.WriteLine(bad.IsOk ? $"costs {bad.Reply.Cost}" : $"{bad.Status}: {bad.Error}");
