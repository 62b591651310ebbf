using System.CommandLine;
using System.Diagnostics;
using System.Net;
using HotPath.Charging;
using HotPath.Edge;
using Microsoft.Extensions.Logging;

namespace HotPath.Cli;

/// <summary><c>hotpath demo</c>: real calls through a real edge, charged by the embedded engine, all in this process.</summary>
internal sealed class DemoCommand : Command
{
    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON object for each step and each CDR, and nothing else." };

    public DemoCommand()
        : base("demo", "Play four calls on this machine and show what each costs. Needs nothing but free ports; takes about 20 seconds.")
    {
        Options.Add(_json);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        using StopSignal stop = new();
        using LineLoggerFactory loggers = new(parsed.InvocationConfiguration.Error, LogLevel.Warning, TimeProvider.System);
        IDemoReport report = parsed.GetValue(_json) ? new DemoJsonReport(output) : new DemoConsoleReport(output);
        try
        {
            return PlayAsync(report, loggers, stop.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            parsed.InvocationConfiguration.Error.WriteLine("hotpath: the demo was interrupted");
            return ExitCode.Failure;
        }
    }

    private static async Task<int> PlayAsync(IDemoReport report, ILoggerFactory loggers, CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        using EngineHost engine = EmbeddedEngine.StartForEdge();
        await using Phone callee = new("callee");
        EdgeOptions options = new EdgeConfigFile
        {
            Name = "demo",
            Listen = ["udp:127.0.0.1:0"],
            Route = $"sip:{callee.LocalEndpoint}",
            Engines = [engine.BirpcEndPoint!.ToString()],
        }.ToOptions("demo");
        await using EdgeHost edge = EdgeHost.Start(options, loggers);

        IPEndPoint entry = edge.Listeners[0].ToIPEndPoint();
        report.Started($"tcp:{engine.BirpcEndPoint}", edge.Listeners[0].ToString(), $"udp:{callee.LocalEndpoint}");
        IReadOnlyList<DemoStep> steps = await new DemoCalls(engine, entry, callee, report, cancellation).PlayAsync();
        report.Cdrs([.. (await engine.GetCdrsAsync()).Select(DemoCdr.From)]);
        report.Finished(steps, Stopwatch.GetElapsedTime(began));
        return steps.All(step => step.AsExpected) ? ExitCode.Success : ExitCode.Failure;
    }
}
