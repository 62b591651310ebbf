using System.Diagnostics;

namespace HotPath.Load;

/// <summary>This program once more, as a process of its own whose CPU time is its own.</summary>
internal static class ChildProcess
{
    /// <summary>Starts a command; its standard output can be read, and it ends when its standard input does.</summary>
    public static Process Start(params string[] arguments)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };

        // Run as "dotnet HotPath.Load.dll", the process is dotnet, and the assembly its first argument.
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        }

        Array.ForEach(arguments, start.ArgumentList.Add);
        return Process.Start(start)!;
    }
}
