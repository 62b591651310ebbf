using HotPath.Commands;
using HotPath.Rpc;
using HotPath.Testing;

namespace HotPath.Billing.Tests;

/// <summary>
/// Charging sessions over a real engine client, with two engines that charge as CGRateS does, on one thread, a manual clock and a network
/// in memory. It ends calls as an edge does: at once when it is told to.
/// </summary>
internal sealed class ChargedEngines : ISessionOwner, IDisposable
{
    public const int A = 0;
    public const int B = 1;

    private const int StepMs = 20;

    private static readonly EngineAddress[] s_addresses = [new("a.example", 2014), new("b.example", 2014)];

    private readonly EngineClient _client;

    public ChargedEngines(int engines = 2, IJournalStore? journal = null, CgrDialect dialect = CgrDialect.Current)
    {
        Engines = [new(Time), new(Time)];
        Start(A);
        Start(B);
        _client = new EngineClient(new EngineClientOptions { Engines = s_addresses[..engines], Dialect = dialect }, Network, Time, random: new Random(1));
        Sessions = new ChargingSessions(_client, Time, journal);
        _client.RequestHandler = Sessions;
        _client.Start();
        Pass(StepMs);
    }

    public ManualTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));

    public InMemoryNetwork Network { get; } = new();

    public ScriptedEngine[] Engines { get; }

    public ChargingSessions Sessions { get; }

    public BillingStatistics Statistics => Sessions.Statistics;

    /// <summary>What the call was told, in order.</summary>
    public List<string> Told { get; } = [];

    /// <summary>When calls were ended by what they were told.</summary>
    public Dictionary<string, DateTimeOffset> EndedAt { get; } = [];

    public ChargingProfile Profile { get; set; } = new() { OriginHost = "edge-1" };

    public EngineAddress AddressOf(int engine) => s_addresses[engine];

    /// <summary>The engine takes connections.</summary>
    public void Start(int engine) => Network.Listen(s_addresses[engine], Engines[engine].Accept);

    /// <summary>The engine, or the way to it, is gone: its connections end, and new ones are refused. It forgets nothing.</summary>
    public void Stop(int engine)
    {
        RefuseNew(engine);
        Cut(engine);
    }

    /// <summary>The engine takes no new connections.</summary>
    public void RefuseNew(int engine) => Network.Refuse(s_addresses[engine]);

    /// <summary>Its connections end, and are made again.</summary>
    public void Cut(int engine)
    {
        Network.Cut(s_addresses[engine]);
        Settle();
    }

    /// <summary>The engine begins anew, without its sessions.</summary>
    public void Restart(int engine)
    {
        Engines[engine] = new ScriptedEngine(Time);
        Start(engine);
        Cut(engine);
    }

    /// <summary>A call that was asked about.</summary>
    public ChargingSession Asked(string originId = "call-1")
    {
        ChargingSession session = Sessions.Open(this, Profile, originId, "1001", "1002");
        session.Authorize();
        return session;
    }

    /// <summary>A call that was allowed and answered, and what comes of it at once.</summary>
    public ChargingSession Answered(string originId = "call-1")
    {
        ChargingSession session = Asked(originId);
        Pass(StepMs);
        session.Answer();
        Pass(StepMs);
        return session;
    }

    /// <summary>Lets time pass.</summary>
    public void Pass(long timeMs)
    {
        Settle();
        for (long passed = 0; passed < timeMs; passed += StepMs)
        {
            Time.AdvanceMs(StepMs);
            Settle();
        }
    }

    /// <summary>Seconds debited to a call, on all engines.</summary>
    public double Charged(string originId = "call-1") => Engines.Sum(engine => engine.Charged(originId, "edge-1").Nanoseconds / 1e9);

    public int CountCdrs() => Engines.Sum(engine => engine.Cdrs.Count);

    /// <summary>How often both engines were asked a command.</summary>
    public int Count(string method) => Engines.Sum(engine => engine.Requests.Count(request => request.Method == "SessionSv1." + method));

    public void Dispose() => _client.Dispose();

    void ISessionOwner.OnGranted(ChargingSession session) => Told.Add($"granted {session.Grant}");

    void ISessionOwner.OnRefused(ChargingSession session, RefusalKind kind, string error) => Told.Add($"refused {kind}");

    void ISessionOwner.OnEndCall(ChargingSession session, in EndCause cause)
    {
        Told.Add($"end {cause.Text}");
        EndedAt[session.OriginIdText] = Time.GetUtcNow();
        session.End(cause);
    }

    void ISessionOwner.OnSettled(ChargingSession session) => Told.Add("settled");

    private void Settle()
    {
        bool isMoving = true;
        while (isMoving)
        {
            Sessions.Advance();
            long waitMs = _client.Advance();
            _client.Flush();
            foreach (ScriptedEngine engine in Engines)
            {
                engine.Advance();
            }

            isMoving = Network.Pump() || waitMs == 0;
        }
    }
}
