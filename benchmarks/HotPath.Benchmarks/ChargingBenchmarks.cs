using System.Text;
using BenchmarkDotNet.Attributes;
using HotPath.Charging;
using HotPath.Rpc;

namespace HotPath.Benchmarks;

/// <summary>
/// What does a request cost inside the embedded engine, from the bytes received to the bytes sent, without sockets? CGRateS v0.10.4 takes
/// 85 µs for an authorisation of 60 s over the wire, 8,000 µs without a usage, and 219 µs for the cycle.
/// </summary>
[MemoryDiagnoser]
public class ChargingBenchmarks : IEngineLink
{
    private static readonly byte[] s_authorizeMinute = Encoding.UTF8.GetBytes(
        """{"method":"SessionSv1.AuthorizeEvent","id":1,"params":[{"GetMaxUsage":true,"Tenant":"cgrates.org","ID":"ev1","Event":{"ToR":"*voice","Category":"call","Account":"1001","Subject":"1001","Destination":"1002","RequestType":"*prepaid","OriginID":"o-1","OriginHost":"127.0.0.1","SetupTime":"1515344400","Usage":"60s"}}]}""");

    private static readonly byte[] s_authorize = Encoding.UTF8.GetBytes(
        """{"method":"SessionSv1.AuthorizeEvent","id":1,"params":[{"GetMaxUsage":true,"Tenant":"cgrates.org","ID":"ev1","Event":{"ToR":"*voice","Category":"call","Account":"1001","Subject":"1001","Destination":"1002","RequestType":"*prepaid","OriginID":"o-1","OriginHost":"127.0.0.1","SetupTime":"1515344400"}}]}""");

    private readonly ChargingEngine _engine = new(new EngineOptions { MaxCdrs = 1000, MaxClosedSessions = 1000, DebitInterval = TimeSpan.Zero }, TariffLoader.LoadTutorial(), TimeProvider.System);
    private RpcServerLink _server = null!;
    private int _call;

    [GlobalSetup]
    public void Setup()
    {
        _server = new RpcServerLink(this, RpcPort.OneWay, _engine.Requests);
        Receive(Encoding.UTF8.GetBytes("""{"method":"APIerSv1.SetBalance","id":1,"params":[{"Account":"rich","BalanceType":"*monetary","Value":10000000,"Balance":{"ID":"test","Weight":10}}]}"""));
    }

    /// <summary>For one minute.</summary>
    [Benchmark]
    public void AuthorizeMinute() => Receive(s_authorizeMinute);

    /// <summary>Without a usage: the account is asked for 3 hours, and can pay for 5,688 seconds.</summary>
    [Benchmark]
    public void Authorize() => Receive(s_authorize);

    /// <summary>Initiate, terminate and CDR of one call.</summary>
    [Benchmark]
    public void Cycle()
    {
        string call = $"call-{++_call}";
        Receive(Encoding.UTF8.GetBytes("{\"method\":\"SessionSv1.InitiateSession\",\"id\":1,\"params\":[{\"InitSession\":true,\"Event\":{\"OriginID\":\"" + call + "\",\"Account\":\"rich\",\"Subject\":\"1001\",\"Destination\":\"1002\",\"RequestType\":\"*prepaid\",\"SetupTime\":\"1515344400\",\"AnswerTime\":\"1515344405\",\"Usage\":\"60s\"}}]}"));
        Receive(Encoding.UTF8.GetBytes("{\"method\":\"SessionSv1.TerminateSession\",\"id\":2,\"params\":[{\"TerminateSession\":true,\"Event\":{\"OriginID\":\"" + call + "\",\"Account\":\"rich\",\"Subject\":\"1001\",\"Usage\":\"85s\"}}]}"));
        Receive(Encoding.UTF8.GetBytes("{\"method\":\"SessionSv1.ProcessCDR\",\"id\":3,\"params\":[{\"Event\":{\"OriginID\":\"" + call + "\",\"Account\":\"rich\",\"Subject\":\"1001\",\"Destination\":\"1002\",\"Usage\":\"85s\",\"DisconnectCause\":\"Downstream BYE\"}}]}"));
    }

    int IEngineLink.Send(ReadOnlySpan<byte> bytes) => bytes.Length;

    void IEngineLink.Close()
    {
    }

    private void Receive(ReadOnlySpan<byte> bytes) => ((IEngineLinkHandler)_server).OnReceived(bytes);
}
