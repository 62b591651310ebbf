using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using System.Net.Sockets;
using HotPath.Charging;
using HotPath.Commands;
using HotPath.Edge;
using HotPath.Rpc;
using Microsoft.Extensions.Logging;

namespace HotPath.Cli;

/// <summary><c>hotpath edge</c>: the SIP edge, with the engines it is told or with an engine of its own.</summary>
internal sealed class EdgeCommand : Command
{
    private readonly Option<string> _config = new("--config")
    {
        Description = "Configuration file, for example hotpath.json; docs/configuration.md has its keys. Options win over it.",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _listen = new("--listen")
    {
        Description = "Where SIP is received, for example udp:127.0.0.1:5060 or udp:[::1]:5060; port 0 takes a free one. Default: udp:127.0.0.1:5060.",
        HelpName = "udp:ADDRESS:PORT",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string[]> _engine = new("--engine")
    {
        Description = "Charging engine, for example 127.0.0.1:2014; more than one are tried in order. Default: an embedded engine with the tutorial tariff.",
        HelpName = "HOST:PORT",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string> _route = new("--route")
    {
        Description = "Where calls to this edge go, for example sip:192.0.2.10:5060.",
        HelpName = "sip:HOST:PORT",
    };

    private readonly Option<bool> _check = new("--check") { Description = "Check options and configuration, say what they mean, and start nothing." };

    private readonly Option<LogLevel?> _logLevel = LogLevelOption.Create();

    public EdgeCommand()
        : base("edge", "Run the SIP edge: authorise, charge and end the calls that pass through it. Ctrl-C or SIGTERM ends it.")
    {
        _listen.Validators.Add(result => CheckEach(result, text => ListenAddress.TryParse(text, out _, out string problem) ? null : problem));
        _engine.Validators.Add(result => CheckEach(result, text =>
            EngineAddress.TryParse(text, out _) ? null : $"'{text}' is not an address; write HOST or HOST:PORT, for example 127.0.0.1:2014"));
        _route.Validators.Add(result => CheckEach(result, text => RouteTarget.TryParse(text, out _, out string problem) ? null : problem));
        Options.Add(_config);
        Options.Add(_listen);
        Options.Add(_engine);
        Options.Add(_route);
        Options.Add(_check);
        Options.Add(_logLevel);
        SetAction(Run);
    }

    private static void CheckEach(OptionResult result, Func<string, string?> problemOf)
    {
        foreach (string? problem in result.Tokens.Select(token => problemOf(token.Value)).Where(problem => problem is not null))
        {
            result.AddError($"{result.Option.Name}: {problem}");
        }
    }

    private int Run(ParseResult parsed)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        string? file = parsed.GetValue(_config);
        string source = file ?? "options";
        EdgeConfigFile config = file is null ? new EdgeConfigFile() : EdgeConfigFile.Load(file);
        config.Listen = GivenOr(parsed.GetValue(_listen), config.Listen);
        config.Engines = GivenOr(parsed.GetValue(_engine), config.Engines);
        config.Route = parsed.GetValue(_route) ?? config.Route;

        // Everything is checked before anything is started.
        EdgeOptions options = config.ToOptions(source);
        foreach (EngineAddress engine in options.Engine.Engines)
        {
            CheckName(engine);
        }

        if (parsed.GetValue(_check))
        {
            output.WriteLine($"Good. {Describe(options, options.Listen.Select(listen => listen.ToString()))}");
            if (options is { IsCharging: true, Journal: null })
            {
                output.WriteLine("But there is no journal: a crash loses what is owed for the calls in progress. Set journal.folder.");
            }

            return ExitCode.Success;
        }

        using LineLoggerFactory loggers = new(parsed.InvocationConfiguration.Error, LogLevelOption.OrDefault(parsed.GetValue(_logLevel)), TimeProvider.System);
        return ServeAsync(config, source, loggers, output).GetAwaiter().GetResult();
    }

    private static async Task<int> ServeAsync(EdgeConfigFile config, string source, ILoggerFactory loggers, TextWriter output)
    {
        using StopSignal stop = new();
        EdgeOptions options = config.ToOptions(source);
        using EngineHost? embedded = options.Engine.Engines.Count > 0 || !options.IsCharging ? null : EmbeddedEngine.StartForEdge();
        if (embedded is not null)
        {
            config.Engines = [embedded.BirpcEndPoint!.ToString()];
            options = config.ToOptions(source);
        }

        await using EdgeHost edge = EdgeHost.Start(options, loggers);
        output.WriteLine($"hotpath edge: {Describe(options, edge.Listeners.Select(listener => listener.ToString()))}{(embedded is null ? "" : " (embedded, tutorial tariff)")}");
        output.Flush();
        return await Task.WhenAny(stop.Requested, edge.Ended) == stop.Requested ? ExitCode.Success : ExitCode.Failure;
    }

    private static List<string>? GivenOr(string[]? given, List<string>? configured) => given is { Length: > 0 } ? [.. given] : configured;

    private static void CheckName(EngineAddress engine)
    {
        try
        {
            Dns.GetHostAddresses(engine.Host);
        }
        catch (SocketException error)
        {
            throw new UsageException($"engine {engine}: the name {engine.Host} cannot be resolved ({error.Message}); check the name or write the address");
        }
    }

    private static string Describe(EdgeOptions options, IEnumerable<string> listeners)
    {
        string route = options.Routes.Count == 0 ? "calls go where their Request-URI says" : $"calls go to {string.Join(", then ", options.Routes)}";
        string emergencyRoute = options.EmergencyRoute is { } first ? $", to {first} first" : "";
        string emergency = options.EmergencyNumbers.Count == 0 ? "" : $"; emergency calls go out unasked{emergencyRoute}";
        string engines = !options.IsCharging ? "nobody: they pass for free" : options.Engine.Engines.Count == 0 ? "an embedded engine" : string.Join(", ", options.Engine.Engines);
        string dialect = options.Engine.Dialect == CgrDialect.PreRc8 ? " in compat mode" : "";
        string journal = options is { IsCharging: true, Journal: { } kept } ? $"; journal in {kept.Folder}" : "";
        string sessions = !options.IsCharging ? "" : string.Concat(options.Sessions.Select(Describe));
        return $"SIP on {string.Join(", ", listeners)}; {route}{emergency}; charged by {engines}{dialect}{sessions}{journal}";
    }

    private static string Describe(EdgeSessionOptions session) =>
        $", and as {session.Profile.Tag} ({session.Profile.RequestType} to {session.Account ?? "the call's account"}{(session.Route is null ? "" : $" by {session.Route}")})";
}
