using HotPath.Charging;
using HotPath.Commands;
using HotPath.Rpc;
using HotPath.Testing;

namespace HotPath.Billing.Tests;

/// <summary>
/// Promise: a call that the edge debits by the piece costs on the embedded engine what it lasted, in both dialects and whatever becomes of
/// an UpdateSession; and while it runs no more is debited than was granted.
/// </summary>
public sealed class DebitsOnEmbeddedEngineTests : ISessionOwner, IRpcRequestSink, IDisposable
{
    private static readonly EngineAddress s_address = new("engine.example", 2014);

    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 11, 20, 20, 0, 0, TimeSpan.Zero));
    private readonly InMemoryNetwork _network = new();
    private readonly RpcServerLink _nowhere;
    private ChargingEngine _engine = null!;
    private EngineClient _client = null!;
    private ChargingSessions _sessions = null!;
    private Fate _fateOfThird;
    private int _updates;
    private bool _isSettled;

    public DebitsOnEmbeddedEngineTests() => _nowhere = new RpcServerLink(new Nowhere(), RpcPort.TwoWay, this);

    /// <summary>What becomes of an UpdateSession.</summary>
    public enum Fate
    {
        Answered,
        NeverSeen,
        AnswerLost,
    }

    [Theory]
    [InlineData(CgrDialect.Current, Fate.Answered)]
    [InlineData(CgrDialect.Current, Fate.NeverSeen)]
    [InlineData(CgrDialect.Current, Fate.AnswerLost)]
    [InlineData(CgrDialect.PreRc8, Fate.Answered)]
    [InlineData(CgrDialect.PreRc8, Fate.NeverSeen)]
    [InlineData(CgrDialect.PreRc8, Fate.AnswerLost)]
    public void A_call_costs_what_it_lasted(CgrDialect dialect, Fate fateOfThird)
    {
        _fateOfThird = fateOfThird;
        Start(dialect, TimeSpan.Zero);
        ChargingSession session = _sessions.Open(this, Profile, "call-1", "1001", "1002");
        session.Answer();
        Pass(70_000);

        // 80 s: the price of the first minute, and of twenty seconds by the second. After an unanswered one the third goes on from 58 s.
        Assert.Equal(fateOfThird == Fate.Answered ? 80 : 78, session.Grant.WholeSeconds);
        Assert.Equal(fateOfThird == Fate.NeverSeen ? 9.36994m : 9.3666m, Money);
        Pass(14_900);
        session.End(EndCause.CallerBye);
        Pass(1_000);
        Assert.Equal((9.3582m, fateOfThird == Fate.Answered ? 4 : 5, true), (Money, _updates, _isSettled));
        CallDetailRecord cdr = Assert.Single(_engine.Cdrs, cdr => cdr.RunId == "*default");
        Assert.Equal((0.6418m, 85), (cdr.Cost, cdr.Usage.WholeSeconds));
    }

    [Theory]
    [InlineData(CgrDialect.Current)]
    [InlineData(CgrDialect.PreRc8)]
    public void A_call_ends_when_its_money_does(CgrDialect dialect)
    {
        Start(dialect, TimeSpan.Zero);
        _engine.SetMoney("cgrates.org", "1001", _engine.FindAccount("cgrates.org", "1001")!.Balances.Single().Id, 0.6167m);
        ChargingSession session = _sessions.Open(this, Profile, "call-1", "1001", "1002");
        session.Answer();
        Pass(69_900);
        Assert.False(_isSettled);
        Pass(1_000);
        Assert.Equal((0m, 0, true), (Money, _engine.OpenSessionCount, _isSettled));
        Assert.Equal((0.6167m, 70), _engine.Cdrs.Where(cdr => cdr.RunId == "*default").Select(cdr => (cdr.Cost, cdr.Usage.WholeSeconds)).Single());
    }

    [Fact]
    public void An_engine_that_debits_by_itself_debits_no_more()
    {
        Start(CgrDialect.Current, new EngineOptions().DebitInterval);
        ChargingSession session = _sessions.Open(this, Profile, "call-1", "1001", "1002");
        session.Answer();
        Pass(66_000);
        Assert.Equal(9.3833m, decimal.Round(Money, 4));
        Pass(18_900);
        session.End(EndCause.CallerBye);
        Pass(1_000);
        Assert.Equal((9.3582m, true), (Money, _isSettled));
    }

    public void Dispose() => _client.Dispose();

    void ISessionOwner.OnGranted(ChargingSession session)
    {
    }

    void ISessionOwner.OnRefused(ChargingSession session, RefusalKind kind, string error)
    {
    }

    void ISessionOwner.OnEndCall(ChargingSession session, in EndCause cause) => session.End(cause);

    void ISessionOwner.OnSettled(ChargingSession session) => _isSettled = true;

    void IRpcRequestSink.OnRequest(RpcServerLink link, in RpcRequest request)
    {
        Fate fate = request.Method.EndsWith("UpdateSession"u8) && ++_updates == 3 ? _fateOfThird : Fate.Answered;
        if (fate != Fate.NeverSeen)
        {
            _engine.Requests.OnRequest(fate == Fate.Answered ? link : _nowhere, request);
        }
    }

    void IRpcRequestSink.OnClosed(RpcServerLink link, string reason) => _engine.Requests.OnClosed(link, reason);

    private static ChargingProfile Profile { get; } = new() { OriginHost = "edge-1", RequestType = "*prepaid", DebitInterval = TimeSpan.FromSeconds(20) };

    private decimal Money => _engine.FindAccount("cgrates.org", "1001")!.Money;

    private void Start(CgrDialect dialect, TimeSpan debitInterval)
    {
        _engine = new ChargingEngine(new EngineOptions { DebitInterval = debitInterval }, TariffLoader.LoadTutorial(), _time);
        _network.Listen(s_address, link => new RpcServerLink(link, RpcPort.TwoWay, this));
        _client = new EngineClient(new EngineClientOptions { Engines = [s_address], Dialect = dialect }, _network, _time, random: new Random(1));
        _sessions = new ChargingSessions(_client, _time);
        _client.RequestHandler = _sessions;
        _client.Start();
        Pass(20);
    }

    private void Pass(long timeMs)
    {
        for (long passed = 0; passed < timeMs; passed += 20)
        {
            do
            {
                _sessions.Advance();
                _engine.Advance();
                _client.Advance();
                _client.Flush();
            }
            while (_network.Pump());
            _time.AdvanceMs(20);
        }
    }

    /// <summary>Where lost answers go.</summary>
    private sealed class Nowhere : IEngineLink
    {
        public int Send(ReadOnlySpan<byte> bytes) => bytes.Length;

        public void Close()
        {
        }
    }
}
