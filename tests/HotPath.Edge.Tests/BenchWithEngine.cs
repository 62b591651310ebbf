using HotPath.Billing;
using HotPath.Rpc;
using HotPath.Testing;

namespace HotPath.Edge.Tests;

/// <summary>A <see cref="CallBench"/> whose lane speaks over a real engine client and a network in memory to an engine that charges as CGRateS does.</summary>
internal sealed class BenchWithEngine
{
    private static readonly EngineAddress s_address = new("engine.example", 2014);

    private readonly InMemoryNetwork _network = new();
    private EngineClient? _client;

    public BenchWithEngine(Action<EdgeConfigFile> configure, IJournalStore? journal = null)
    {
        Bench = new CallBench(
            configure: file =>
            {
                configure(file);
                return file;
            },
            journal: journal,
            engines: time => _client = new EngineClient(new EngineClientOptions { Engines = [s_address] }, _network, time, random: new Random(1)));
        _client!.RequestHandler = Bench.Lane.EngineRequests;
        Start();
        _client.Start();
        Run(1);
    }

    public CallBench Bench { get; }

    public ScriptedEngine Engine { get; private set; } = new();

    /// <summary>The engine takes connections.</summary>
    public void Start() => _network.Listen(s_address, link => Engine.Accept(link));

    /// <summary>The engine is gone, with its connections. It forgets nothing.</summary>
    public void Stop()
    {
        _network.Refuse(s_address);
        _network.Cut(s_address);
    }

    /// <summary>The engine begins anew, without its sessions.</summary>
    public void Restart()
    {
        Stop();
        Engine = new ScriptedEngine();
        Start();
    }

    public void Run(double seconds)
    {
        for (int tenths = 0; tenths < seconds * 10; tenths++)
        {
            Bench.Run(0.1);
            do
            {
                _client!.Advance();
                _client.Flush();
            }
            while (_network.Pump());
        }
    }
}
