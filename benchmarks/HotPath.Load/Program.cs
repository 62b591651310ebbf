using System.CommandLine;
using HotPath.Load;

var root = new RootCommand("Long runs of HotPath, and how much it carries.");
root.Subcommands.Add(SimCommand.Create());
root.Subcommands.Add(RpcCommand.Create());
root.Subcommands.Add(EngineCommand.Create());
root.Subcommands.Add(CallsCommand.Create());
root.Subcommands.Add(ForwardCommand.Create());
root.Subcommands.Add(EdgeCommand.Create());
root.Subcommands.Add(KillCommand.Create());
root.Subcommands.Add(KillCallerCommand.Create());
root.Subcommands.Add(KillCalleeCommand.Create());
root.Subcommands.Add(KillEngineCommand.Create());
return root.Parse(args).Invoke();
