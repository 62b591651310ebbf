using System.Globalization;
using System.Reflection;
using HotPath.Commands;

namespace HotPath.Charging;

/// <summary><c>Ping</c> of every service there is, and <c>CoreSv1.Status</c>. Source: wire recordings 001-022.</summary>
internal sealed class StatusApi
{
    private static readonly string[] s_services = ["SessionSv1", "AttributeSv1", "ChargerSv1", "CDRsV1", "APIerSv1", "APIerSv2", "CoreSv1", "Responder"];

    private readonly EngineOptions _options;
    private readonly DateTime _runningSince;

    public StatusApi(EngineOptions options, EngineClock clock, ApiRouter router)
    {
        _options = options;
        _runningSince = clock.UtcNow;
        router.Add("CoreSv1.Status", (_, _, answer) => answer.Reply(Status()));
        foreach (string service in s_services)
        {
            router.Add(service + ".Ping", (_, parameters, answer) => Ping(parameters, answer));
        }
    }

    private static void Ping(ReadOnlySpan<byte> parameters, ApiAnswer answer)
    {
        if (!parameters.IsEmpty && parameters[0] is not ((byte)'{' or (byte)'n'))
        {
            answer.Fail($"json: cannot unmarshal {RequestReader.GoKind(parameters)} into Go value of type utils.CGREvent");
            return;
        }

        answer.Reply(default(PongReply));
    }

    private CoreStatusReply Status() => new()
    {
        NodeId = _options.NodeId,
        Version = $"HotPath@v{typeof(StatusApi).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion}",
        RunningSince = _runningSince.ToString("ddd MMM d HH:mm:ss 'UTC' yyyy", CultureInfo.InvariantCulture),
        MemoryUsage = string.Create(CultureInfo.InvariantCulture, $"{GC.GetTotalMemory(false) / 1048576m:0.0}MiB"),
    };
}
