using System.Net;
using HotPath.Charging;

namespace HotPath.Cli;

/// <summary>Starts the embedded charging engine, alone or beside an edge.</summary>
internal static class EmbeddedEngine
{
    /// <summary>With the tutorial tariff, on a free loopback port: for an edge that is told of no other engine.</summary>
    public static EngineHost StartForEdge() =>
        Start(new EngineOptions { JsonListen = null, BirpcListen = new IPEndPoint(IPAddress.Loopback, 0) });

    /// <summary>With these settings.</summary>
    /// <exception cref="UsageException">An address cannot be listened on.</exception>
    /// <exception cref="TariffException">The tariff plan has mistakes.</exception>
    public static EngineHost Start(EngineOptions options)
    {
        try
        {
            return EngineHost.Start(options);
        }
        catch (IOException error)
        {
            throw new UsageException($"{error.Message.TrimEnd('.')}; choose another address, or end what uses this one");
        }
    }
}
