using System.CommandLine;
using HotPath.Load;

var root = new RootCommand("Long runs of HotPath, from a seed.");
root.Subcommands.Add(SimCommand.Create());
return root.Parse(args).Invoke();
