using System.Text;
using HotPath.Commands;
using HotPath.Rpc;

namespace HotPath.Testing;

/// <summary>
/// A client and an engine that gives one and the same answer, face to face in memory: what remains is the cost of the client and the
/// framing. Allocates nothing by itself.
/// </summary>
public sealed class InMemoryRoundTrip : IRpcRequestSink, IDisposable
{
    private static readonly EngineAddress s_address = new("engine.example", EngineAddress.DefaultPort);

    private readonly byte[] _error;

    /// <summary>A connected client.</summary>
    /// <param name="error">What the engine answers instead of a grant.</param>
    /// <param name="maxInFlight">The client's limit.</param>
    public InMemoryRoundTrip(string? error = null, int maxInFlight = 4096)
    {
        _error = Encoding.UTF8.GetBytes(error ?? "");
        Network.Listen(s_address, link => new RpcServerLink(link, RpcPort.TwoWay, this));
        Client = new EngineClient(new EngineClientOptions { Engines = [s_address], MaxInFlight = maxInFlight }, Network);
        Client.Start();
        Turn();
    }

    /// <summary>The client; this thread drives it.</summary>
    public EngineClient Client { get; }

    /// <summary>The network between.</summary>
    public InMemoryNetwork Network { get; } = new();

    /// <summary>Everything sent is answered and told.</summary>
    public void Turn()
    {
        do
        {
            Client.Advance();
            Client.Flush();
        }
        while (Network.Pump());
    }

    void IRpcRequestSink.OnRequest(RpcServerLink link, in RpcRequest request)
    {
        if (_error.Length == 0)
        {
            link.Reply(request.Id, new AuthorizeReply { MaxUsage = CgrDuration.FromSeconds(10_800) }, CgrDialect.Current);
        }
        else
        {
            link.ReplyError(request.Id, _error);
        }
    }

    void IRpcRequestSink.OnClosed(RpcServerLink link, string reason)
    {
    }

    /// <inheritdoc/>
    public void Dispose() => Client.Dispose();
}
