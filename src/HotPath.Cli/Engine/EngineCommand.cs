using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using HotPath.Charging;
using Microsoft.Extensions.Logging;

namespace HotPath.Cli;

/// <summary><c>hotpath engine</c>: the embedded charging engine as a server of its own.</summary>
internal sealed class EngineCommand : Command
{
    private readonly Option<IPEndPoint> _json = new("--json")
    {
        Description = "Where one-way JSON-RPC is served, for example for cgr-console. Default: 127.0.0.1:2012.",
        HelpName = "ADDRESS:PORT",
        CustomParser = ReadEndpoint,
    };

    private readonly Option<IPEndPoint> _birpc = new("--birpc")
    {
        Description = "Where two-way JSON-RPC is served, for edges and OpenSIPS. Default: 127.0.0.1:2014.",
        HelpName = "ADDRESS:PORT",
        CustomParser = ReadEndpoint,
    };

    private readonly Option<string> _tariff = new("--tariff")
    {
        Description = "Folder with the CSV files of a CGRateS tariff plan, for example /etc/cgrates/tariffplans/mine. Default: the tutorial plan.",
        HelpName = "DIR",
    };

    private readonly Option<TimeSpan?> _debitInterval = new("--debit-interval")
    {
        Description = "How much of a prepaid call is debited at a time, for example 5s or 500ms; 0s leaves it to the client. Default: 5s.",
        HelpName = "TIME",
        CustomParser = ReadInterval,
    };

    private readonly Option<LogLevel?> _logLevel = LogLevelOption.Create();

    public EngineCommand()
        : base("engine", "Run the embedded charging engine alone, on the usual CGRateS ports. Accounts and CDRs are kept in memory. Ctrl-C or SIGTERM ends it.")
    {
        Options.Add(_json);
        Options.Add(_birpc);
        Options.Add(_tariff);
        Options.Add(_debitInterval);
        Options.Add(_logLevel);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        using StopSignal stop = new();
        using LineLoggerFactory loggers = new(parsed.InvocationConfiguration.Error, LogLevelOption.OrDefault(parsed.GetValue(_logLevel)), TimeProvider.System);
        EngineOptions usual = new();
        EngineOptions options = usual with
        {
            JsonListen = parsed.GetValue(_json) ?? usual.JsonListen,
            BirpcListen = parsed.GetValue(_birpc) ?? usual.BirpcListen,
            TariffFolder = parsed.GetValue(_tariff),
            DebitInterval = parsed.GetValue(_debitInterval) ?? usual.DebitInterval,
        };
        using EngineHost engine = EmbeddedEngine.Start(options);
        ILogger logger = loggers.CreateLogger("Tariff");
        foreach (TariffError notice in engine.Tariff.Notices)
        {
            logger.LogWarning("{Notice}", notice);
        }

        string tariff = options.TariffFolder is { } folder ? $"tariff {folder}" : "tutorial tariff";
        output.WriteLine($"hotpath engine: JSON on tcp:{engine.JsonEndPoint}, two-way JSON on tcp:{engine.BirpcEndPoint}; {tariff}, accounts in memory");
        output.Flush();
        stop.Requested.Wait();
        return ExitCode.Success;
    }

    private static IPEndPoint? ReadEndpoint(ArgumentResult argument)
    {
        string text = argument.Tokens[0].Value;
        string option = ((OptionResult)argument.Parent!).Option.Name;

        // The framework reads an address without a port as port 0.
        bool hasPort = text.LastIndexOf(':') > text.LastIndexOf(']') && (text.StartsWith('[') || text.Count(c => c == ':') == 1);
        if (hasPort && IPEndPoint.TryParse(text, out IPEndPoint? endpoint))
        {
            return endpoint;
        }

        argument.AddError($"{option}: '{text}' is not an address with a port; write ADDRESS:PORT, for example 127.0.0.1:2012 or [::1]:2012");
        return null;
    }

    private static TimeSpan? ReadInterval(ArgumentResult argument)
    {
        string text = argument.Tokens[0].Value;
        (string number, double unitMs) = text switch
        {
            _ when text.EndsWith("ms", StringComparison.Ordinal) => (text[..^2], 1d),
            _ when text.EndsWith('s') => (text[..^1], 1_000d),
            _ when text.EndsWith('m') => (text[..^1], 60_000d),
            _ => ("", 0d),
        };
        if (double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && value * unitMs <= TimeSpan.FromHours(1).TotalMilliseconds)
        {
            return TimeSpan.FromMilliseconds(value * unitMs);
        }

        argument.AddError($"--debit-interval: '{text}' is not a time up to an hour; write for example 5s, 500ms or 1m");
        return null;
    }
}
