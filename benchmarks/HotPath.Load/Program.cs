using System.CommandLine;
using HotPath.Load;

var root = new RootCommand("Long runs of HotPath, and how much it carries.");
root.Subcommands.Add(SimCommand.Create());
root.Subcommands.Add(RpcCommand.Create());
root.Subcommands.Add(EngineCommand.Create());
return root.Parse(args).Invoke();
