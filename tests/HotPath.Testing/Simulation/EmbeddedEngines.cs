using HotPath.Charging;
using HotPath.Rpc;

namespace HotPath.Testing;

/// <summary>The embedded engine with the accounts of the tutorial tariff plan: cut off and away at times.</summary>
internal sealed class EmbeddedEngines : SimulatedEngines
{
    private static readonly EngineAddress s_address = new("engine", 2014);
    private static readonly string[] s_accounts = ["1001", "1002", "1003"];

    private readonly ChargingEngine _engine;

    public EmbeddedEngines(SimulatedWorld world)
        : base(world)
    {
        _engine = new ChargingEngine(new EngineOptions(), TariffLoader.LoadTutorial(), world.Clock);
        Listen();
    }

    public override IReadOnlyList<EngineAddress> Addresses { get; } = [s_address];

    public override IEnumerable<EngineCharge> Charges =>
        Recorded.Where(cdr => cdr.Usage.Nanoseconds > 0 && (cdr.RequestType != "*none" || cdr.Cost > 0)).Select(cdr => new EngineCharge(cdr.OriginId, cdr.Usage.Nanoseconds / 1e9, KindOf(cdr)));

    public override IEnumerable<EngineCdr> Cdrs => Recorded.Select(cdr =>
        new EngineCdr(cdr.OriginId, cdr.AnswerTime is { } answer ? new DateTimeOffset(answer, TimeSpan.Zero) : null, cdr.Usage.Nanoseconds / 1e9, "", cdr.ExtraFields.GetValueOrDefault("CallClass", "")));

    public override IEnumerable<string> OpenSessions => Enumerable.Repeat("a session of the embedded engine", _engine.OpenSessionCount);

    /// <summary>What left the accounts is what the CDRs say, no more and no less.</summary>
    public override IEnumerable<BrokenPromise> Broken
    {
        get
        {
            foreach (string account in s_accounts)
            {
                AccountSnapshot snapshot = _engine.FindAccount("cgrates.org", account)!;
                decimal debited = snapshot.Balances.Sum(balance => balance.InitialValue - balance.Value);
                decimal recorded = Recorded.Where(cdr => cdr.Account == account).Sum(cdr => Math.Max(0, cdr.Cost));
                if (Math.Abs(debited - recorded) >= 0.0001m)
                {
                    yield return new BrokenPromise(nameof(ChargingPromise.MoneyAddsUp), $"account {account}: {debited} debited, {recorded} recorded");
                }
            }
        }
    }

    private IEnumerable<CallDetailRecord> Recorded => _engine.Cdrs.Where(cdr => cdr.RunId == "*default");

    public override (string Account, string Number) DrawCall()
    {
        Random chance = World.Chance;
        string account = chance.Next(8) switch { 0 => "1002", 1 => "1003", 2 => "nobody", _ => "1001" };
        return (account, account == "1001" ? chance.Next(3) == 0 ? "1003" : "1002" : "1001");
    }

    public override long Advance() => _engine.Advance();

    public override void MakeTrouble()
    {
        if (World.Chance.Next(2) == 0)
        {
            World.CountFault("engineConnectionCut");
            Network.Cut(s_address);
        }
        else
        {
            World.CountFault("engineAway");
            BeAway(s_address, Listen);
        }
    }

    /// <summary>What an engine ends by itself has no cause that only an edge can tell.</summary>
    private static ScriptedChargeKind KindOf(CallDetailRecord cdr) =>
        cdr.ExtraFields.ContainsKey("DisconnectCause") ? ScriptedChargeKind.Terminated : ScriptedChargeKind.EndedByEngine;

    private void Listen() => Network.Listen(s_address, link => new RpcServerLink(link, RpcPort.TwoWay, _engine.Requests));
}
