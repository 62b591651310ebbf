using HotPath.Commands;
using HotPath.Testing;

namespace HotPath.Rpc.Tests;

/// <summary>A client and two scripted engines on one thread, a manual clock and a network in memory.</summary>
internal sealed class ClientFixture : IDisposable
{
    public const int A = 0;
    public const int B = 1;

    public static readonly EngineAddress[] Addresses = [new("a.example", 2014), new("b.example", 2014)];

    public ClientFixture(IEngineRequestHandler? requests = null, int engines = 2, int maxInFlight = 64, CgrDialect dialect = CgrDialect.Current,
        int maxConnections = 1, int lastRequestId = 0, OrderPolicy? order = null, ProbePolicy? probe = null)
    {
        Engines = [new(Time), new(Time)];
        Listen(A);
        Listen(B);
        Client = new EngineClient(
            new EngineClientOptions
            {
                Engines = Addresses[..engines],
                MaxInFlight = maxInFlight,
                MaxFrameBytes = 64 * 1024,
                Dialect = dialect,
                MaxConnections = maxConnections,
                LastRequestId = lastRequestId,
                Order = order ?? OrderPolicy.Failover,
                Probe = probe ?? ProbePolicy.Default,
            },
            Network,
            Time,
            requests,
            random: new Random(1))
        {
            StateChanged = change => States.Add($"{Time.Elapsed.TotalMilliseconds} {"AB"[change.Engine]} {change.State}"),
        };
    }

    public ManualTimeProvider Time { get; } = new();

    public InMemoryNetwork Network { get; } = new();

    public ScriptedEngine[] Engines { get; }

    public EngineClient Client { get; }

    public ReplyRecorder Replies { get; } = new();

    public List<string> States { get; } = [];

    /// <summary>Connected and settled.</summary>
    public ClientFixture Start()
    {
        Client.Start();
        Settle();
        return this;
    }

    public void Listen(int engine) => Network.Listen(Addresses[engine], Engines[engine].Accept);

    /// <summary>The engine's process is gone: connections end, and new ones are refused.</summary>
    public void Kill(int engine)
    {
        Network.Refuse(Addresses[engine]);
        Network.Cut(Addresses[engine]);
    }

    public void Authorize(long state, int engine = -1, TimeSpan? deadline = null) =>
        Client.Send<AuthorizeEvent, AuthorizeReply>(new AuthorizeEvent { GetMaxUsage = true, OriginId = "call" }, Replies, state, new(deadline, engine));

    public void Initiate(string originId, long state, int engine = -1) =>
        Client.Send<InitiateSession, InitiateReply>(new InitiateSession { InitSession = true, OriginId = originId }, Replies, state, new(null, engine));

    public void Terminate(string originId, long state, int engine = -1) =>
        Client.Send<TerminateSession, OkReply>(new TerminateSession { EndSession = true, OriginId = originId }, Replies, state, new(null, engine));

    public void StoreCdr(string originId, long state, int engine = -1) =>
        Client.Send<ProcessCdr, OkReply>(new ProcessCdr { OriginId = originId }, Replies, state, new(null, engine));

    public void Message(string originId, long state, int engine = -1) =>
        Client.Send<ProcessMessage, ProcessMessageReply>(new ProcessMessage { Debit = true, OriginId = originId }, Replies, state, new(null, engine));

    /// <summary>Turns of everybody's loop until nothing moves any more. No time passes.</summary>
    public void Settle()
    {
        bool isMoving = true;
        while (isMoving)
        {
            long waitMs = Client.Advance();
            Client.Flush();
            Engines[A].Advance();
            Engines[B].Advance();
            isMoving = Network.Pump() || waitMs == 0;
        }
    }

    /// <summary>Lets time pass in the steps in which something is due.</summary>
    public void Pass(long timeMs)
    {
        Settle();
        for (long left = timeMs; left > 0;)
        {
            long stepMs = left;
            foreach (long dueMs in (ReadOnlySpan<long>)[Client.Advance(), Engines[A].Advance(), Engines[B].Advance()])
            {
                stepMs = dueMs < 0 ? stepMs : Math.Clamp(dueMs, 1, stepMs);
            }

            Time.AdvanceMs(stepMs);
            left -= stepMs;
            Settle();
        }
    }

    public void Dispose() => Client.Dispose();
}
