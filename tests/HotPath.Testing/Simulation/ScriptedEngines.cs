using System.Globalization;
using System.Text.Json;
using HotPath.Rpc;

namespace HotPath.Testing;

/// <summary>One or two scripted engines, which charge as CGRateS does: cut off, dead, silent, late, forgetful, and at last well again.</summary>
internal sealed class ScriptedEngines : SimulatedEngines
{
    private static readonly TimeSpan s_longestLateness = TimeSpan.FromSeconds(3);

    /// <summary>Of <see cref="SimulatedWorld.ChanceFor"/>: whether engines that share their sessions reach each other.</summary>
    private const uint Peers = 4;

    private readonly SimulationPlan _plan;
    private readonly Random _peers;
    private readonly ScriptedEngine[] _engines;
    private readonly EngineAddress[] _addresses;
    private readonly List<(TimeSpan From, TimeSpan To)> _reachable = [];
    private TimeSpan? _reachableFrom;
    private TimeSpan _syncAt;

    public ScriptedEngines(SimulatedWorld world, SimulationPlan plan)
        : base(world)
    {
        _plan = plan;
        _peers = world.ChanceFor(Peers);
        _syncAt = plan.SyncInterval;
        _addresses = [.. Enumerable.Range(0, plan.ScriptedEngines).Select(index => new EngineAddress($"engine-{index}", 2014))];
        _engines = [.. _addresses.Select(_ => Create())];
        for (int i = 0; i < _engines.Length; i++)
        {
            Network.Listen(_addresses[i], _engines[i].Accept);
        }

        if (plan.EnginesReplicate)
        {
            _engines[0].ShareSessions(_engines[1]);
        }
    }

    public override IReadOnlyList<EngineAddress> Addresses => _addresses;

    public override IEnumerable<EngineCharge> Charges =>
        _engines.SelectMany(engine => engine.Charges).Select(charge => new EngineCharge(charge.OriginId, charge.Usage.Nanoseconds / 1e9, charge.Kind));

    public override IEnumerable<EngineCdr> Cdrs => _engines.SelectMany(engine => engine.Cdrs).Select(Read);

    public override IEnumerable<string> OpenSessions => _engines.SelectMany(engine => engine.Sessions).Select(session => session.OriginId);

    public override IEnumerable<string> Unnamed => _engines.SelectMany(engine => engine.Unnamed);

    public override IEnumerable<EngineCharge> Stranded =>
        _engines.SelectMany(engine => engine.Stranded).Select(debit => new EngineCharge(debit.OriginId, debit.Debited.Nanoseconds / 1e9, ScriptedChargeKind.Reserved));

    /// <summary>With two engines one may never have had the session that the other lost.</summary>
    public override TimeSpan? KnownLostAt(string originId, TimeSpan within)
    {
        ScriptedLoss? loss = _engines.Length == 1 ? _engines[0].Losses.LastOrDefault(loss => loss.OriginId == originId) : null;
        return loss is not { IsOpenAgain: false } ? null
            : _reachable.Append((From: _reachableFrom ?? World.Elapsed, To: World.Elapsed))
                .Select(span => (From: TimeSpan.FromMilliseconds(Math.Max(span.From.TotalMilliseconds, loss.AtMs)), span.To))
                .Where(span => span.To - span.From >= within)
                .Select(span => (TimeSpan?)span.From)
                .FirstOrDefault();
    }

    public override (string Account, string Number) DrawCall() =>
        (SimulatedAccount.Draw(World.Chance).Name, World.Chance.Next(2) == 0 ? "1002" : "1003");

    public override long Advance()
    {
        long next = -1;
        foreach (ScriptedEngine engine in _engines)
        {
            next = SocketLoop.Sooner(next, engine.Advance());
        }

        NoteReachable(_engines[0] is { IsSilent: false, Links.Count: > 0 });
        if (_plan.SyncInterval > TimeSpan.Zero && World.Elapsed >= _syncAt)
        {
            _syncAt = World.Elapsed + _plan.SyncInterval;
            foreach (ScriptedEngine engine in _engines.Where(engine => !engine.IsSilent))
            {
                engine.SyncSessions();
            }
        }

        return next;
    }

    public override void MakeTrouble()
    {
        int index = World.Chance.Next(_engines.Length);
        (ScriptedEngine engine, EngineAddress address) = (_engines[index], _addresses[index]);
        switch (World.Chance.Next(6))
        {
            case 0:
                World.CountFault("engineConnectionCut");
                Network.Cut(address);
                break;
            case 1:
                World.CountFault("engineAway");
                BeAway(address, engine, isReachedByPeer: _peers.Next(2) == 0);
                break;
            case 2:
                World.CountFault("engineHangs");
                engine.IsSilent = true;
                engine.IsReachedByPeer = false;
                World.Between(100, 15_000, () =>
                {
                    engine.IsSilent = false;
                    engine.IsReachedByPeer = true;
                });
                break;
            case 3:
                World.CountFault("engineRestart");
                engine.Restart();
                BeAway(address, engine, isReachedByPeer: false);
                break;
            default:
                (string OriginHost, string OriginId)[] sessions = [.. engine.Sessions];
                bool isCutOff = _plan.EnginesReplicate && engine.Links.Count == 0;
                if (sessions.Length > 0 && !isCutOff)
                {
                    World.CountFault("engineEndsCall");
                    (string host, string id) = sessions[World.Chance.Next(sessions.Length)];
                    engine.Disconnect(id, World.Chance.Next(2) == 0 ? "INSUFFICIENT_FUNDS" : "ADMINISTRATOR", originHost: host);
                }

                break;
        }
    }

    public override void Heal()
    {
        foreach (ScriptedEngine engine in _engines)
        {
            engine.Faults = null;
        }
    }

    private void BeAway(EngineAddress address, ScriptedEngine engine, bool isReachedByPeer)
    {
        engine.IsReachedByPeer = isReachedByPeer;
        BeAway(address, () =>
        {
            engine.IsReachedByPeer = true;
            Network.Listen(address, engine.Accept);
        });
    }

    private void NoteReachable(bool isReachable)
    {
        if (isReachable)
        {
            _reachableFrom ??= World.Elapsed;
        }
        else if (_reachableFrom is { } from)
        {
            _reachable.Add((from, World.Elapsed));
            _reachableFrom = null;
        }
    }

    private ScriptedEngine Create()
    {
        int seed = World.Chance.Next();
        return new ScriptedEngine(World.Clock)
        {
            StoresSessionCosts = _plan.Profile.EnginesStoreSessionCosts,
            OrphanTime = _plan.OrphanTime,
            GrantTo = (account, isInitiate) => SimulatedAccount.Parse(account) is var found && isInitiate ? found.Initiated : found.Authorized,
            Latency = _plan.Latency > TimeSpan.Zero ? EngineLatency.Exponential(_plan.Latency, seed) : null,
            Faults = _plan.EngineFaultsPerMille > 0 ? EngineFaults.OfEveryKind(seed, _plan.EngineFaultsPerMille, s_longestLateness, World.CountFault) : null,
        };
    }

    private static EngineCdr Read(string parameters)
    {
        JsonElement cdr = JsonDocument.Parse(parameters).RootElement.GetProperty("Event");
        return new EngineCdr(
            Text("OriginID"),
            long.TryParse(Text("AnswerTime"), CultureInfo.InvariantCulture, out long answered) ? DateTimeOffset.FromUnixTimeSeconds(answered) : null,
            double.TryParse(Text("Usage").TrimEnd('s'), CultureInfo.InvariantCulture, out double seconds) ? seconds : 0,
            Text("DisconnectCause"),
            Text("CallClass"));

        string Text(string name) => cdr.TryGetProperty(name, out JsonElement value) ? value.ToString() : "";
    }
}
