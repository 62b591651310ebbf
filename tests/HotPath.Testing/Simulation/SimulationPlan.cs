using HotPath.Billing;
using HotPath.Commands;
using HotPath.Edge;

namespace HotPath.Testing;

/// <summary>What a run of <see cref="EdgeSimulation"/> is like: how the edge is configured, and what befalls it, its engines and its disk.</summary>
public sealed record SimulationPlan
{
    /// <summary>Of <see cref="SimulatedWorld.ChanceFor"/>: next hops, and what is bound to them.</summary>
    private const uint Routes = 1;

    /// <summary>The same: whether engines share their sessions.</summary>
    private const uint Replication = 2;

    private static readonly TimeSpan s_never = TimeSpan.FromHours(1);
    private static readonly string[] s_tags = ["carrier", "reseller"];

    /// <summary>A good network, a good engine, and an edge that lives: what is wrong then is wrong.</summary>
    public static SimulationPlan Quiet { get; } = new();

    /// <summary>The network between the phones and the edge.</summary>
    public NetworkConditions Network { get; init; } = new();

    /// <summary>Scripted engines, which charge as CGRateS does; 0: the embedded one.</summary>
    public int ScriptedEngines { get; init; }

    /// <summary>What the edge and its engine speak. A scripted engine speaks the current dialect only.</summary>
    public CgrDialect Dialect { get; init; }

    /// <summary>What the edge's sessions send.</summary>
    public ChargingProfile Profile { get; init; } = new() { OriginHost = "edge-1", EnginesStoreSessionCosts = true };

    /// <summary>The sessions that calls have beside that one. Not with the embedded engine, which does not know their accounts.</summary>
    public IReadOnlyList<EdgeSessionOptions> Sessions { get; init; } = [];

    /// <summary>
    /// There is a second next hop, for when the first does not serve. Sessions may be bound to either (<see cref="EdgeSessionOptions.Route"/>).
    /// </summary>
    public bool HasSecondRoute { get; init; }

    /// <summary>Of a thousand calls, so many go to numbers that are free or for help.</summary>
    public int ExemptPerMille { get; init; }

    /// <summary>Callees that hang up do so in haste (<see cref="CallPlan.IsCalleeHasty"/>).</summary>
    public bool HasHastyCallees { get; init; }

    /// <summary>What a record of the journal survives.</summary>
    public JournalLevel Level { get; init; }

    /// <summary>Calls go on after a restart; else they are ended.</summary>
    public bool ResumesCalls { get; init; }

    /// <summary>Of a thousand moments between two calls, so many see the edge die.</summary>
    public int DeathsPerMille { get; init; }

    /// <summary>The disk is full for a while, now and then.</summary>
    public bool HasFullDisk { get; init; }

    /// <summary>Now and then somebody sets the wall clock. Not while the edge dies: what it was down for is told by that clock.</summary>
    public bool HasClockSteps { get; init; }

    /// <summary>Engines are cut off, die, hang, forget their sessions, ask for the end of calls.</summary>
    public bool HasEngineTrouble { get; init; }

    /// <summary>Of a thousand requests to an engine, so many meet each of its ten faults.</summary>
    public int EngineFaultsPerMille { get; init; }

    /// <summary>
    /// The two scripted engines share their sessions, and a session goes to the other one while its own is away. Engines of this kind do not
    /// end sessions by themselves when they do not reach the edge: another may have them.
    /// </summary>
    public bool EnginesReplicate { get; init; }

    /// <summary>How long a session outlives its connection before the engine ends it.</summary>
    public TimeSpan OrphanTime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How often engines ask for the active sessions and end those not named; zero: never.</summary>
    public TimeSpan SyncInterval { get; init; }

    /// <summary>Mean time that an engine takes to answer.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>Something may keep a command from its engine, or its answer from the edge.</summary>
    public bool IsTroubled => HasEngineTrouble || EngineFaultsPerMille > 0 || DeathsPerMille > 0;

    /// <summary>Plans of every kind.</summary>
    public static SimulationPlan Draw(SimulatedWorld world) =>
        Draw(world.Chance, mayReplicate: world.ChanceFor(Replication).Next(2) == 0).WithRoutes(world.ChanceFor(Routes));

    private static SimulationPlan Draw(Random chance, bool mayReplicate)
    {
        int engines = chance.Next(5) switch { 0 => 0, 1 or 2 => 2, _ => 1 };
        bool dies = chance.Next(3) > 0;
        CgrDialect dialect = engines == 0 && chance.Next(2) == 0 ? CgrDialect.PreRc8 : CgrDialect.Current;
        bool replicates = mayReplicate && engines == 2;
        ChargingProfile profile = DrawProfile(chance, isEmbedded: engines == 0, dialect, replicates);
        SimulationPlan plan = new()
        {
            Network = NetworkConditions.Draw(chance),
            ScriptedEngines = engines,
            Dialect = dialect,
            Profile = profile,
            Sessions = engines == 0 || chance.Next(2) == 0 ? [] : [.. s_tags.Take(chance.Next(1, 3)).Select(tag => DrawSession(chance, tag, profile.EnginesStoreSessionCosts, replicates))],
            ExemptPerMille = chance.Next(2) * chance.Next(20, 200),
            Level = chance.Next(2) == 0 ? JournalLevel.Process : JournalLevel.Power,
            ResumesCalls = chance.Next(2) == 0,
            DeathsPerMille = dies ? chance.Next(10, 80) : 0,
            HasFullDisk = chance.Next(4) == 0,
            HasClockSteps = !dies && chance.Next(2) == 0,
            HasEngineTrouble = chance.Next(3) > 0,
            EngineFaultsPerMille = chance.Next(2) * chance.Next(1, 15),
            OrphanTime = TimeSpan.FromSeconds(chance.Next(3) == 0 ? 3600 : chance.Next(2, 20)),
            SyncInterval = TimeSpan.FromSeconds(chance.Next(2) * chance.Next(3, 15)),
            Latency = TimeSpan.FromMilliseconds(chance.Next(3) switch { 0 => 0, 1 => 5, _ => 50 }),
        };
        return replicates ? plan with { EnginesReplicate = true, OrphanTime = s_never, SyncInterval = TimeSpan.Zero } : plan;
    }

    private SimulationPlan WithRoutes(Random chance) => chance.Next(3) > 0 ? this : this with
    {
        HasSecondRoute = true,
        Sessions = [.. Sessions.Select(session => Bind(session, chance.Next(3) switch { 0 => null, 1 => SimulatedEdge.FirstRoute, _ => SimulatedEdge.SecondRoute }))],
    };

    /// <summary>The same session, which belongs to a next hop.</summary>
    public static EdgeSessionOptions Bind(EdgeSessionOptions session, RouteTarget? route) => new()
    {
        Profile = session.Profile,
        Account = session.Account,
        Destination = session.Destination,
        IsAuthorized = session.IsAuthorized,
        Route = route,
    };

    private static EdgeSessionOptions DrawSession(Random chance, string tag, bool storesCosts, bool replicates) => new()
    {
        Profile = DrawProfile(chance, isEmbedded: false, CgrDialect.Current, replicates, tag, storesCosts),
        Account = chance.Next(3) == 0 ? SimulatedAccount.DrawGranted(chance).Name : null,
        IsAuthorized = chance.Next(2) == 0,
    };

    private static ChargingProfile DrawProfile(Random chance, bool isEmbedded, CgrDialect dialect, bool replicates, string tag = "", bool? storesCosts = null) => new()
    {
        OriginHost = "edge-1",
        EnginesReplicate = replicates,
        Tag = tag,
        RequestType = chance.Next(3) == 0 ? "*postpaid" : "*prepaid",
        // The embedded engine recognises repeated commands.
        EnginesStoreSessionCosts = storesCosts ?? (isEmbedded || chance.Next(3) == 0),
        AllowedWithoutEngine = chance.Next(3) == 0 ? TimeSpan.FromSeconds(chance.Next(40)) : null,
        Cdr = isEmbedded || chance.Next(8) > 0,
        MissedCdr = chance.Next(4) > 0,
        AuthorizeUsage = chance.Next(5) == 0 ? TimeSpan.FromSeconds(chance.Next(5, 60)) : null,
        DebitInterval = chance.Next(5) == 0 ? TimeSpan.FromSeconds(chance.Next(10, 30)) : null,
        // Milliseconds are not for engines before rc8.
        UsageRounding = (UsageRounding)chance.Next(dialect == CgrDialect.PreRc8 ? 2 : 3),
        NoAckBilling = (NoAckBilling)chance.Next(2),
        OnLostByEngine = chance.Next(4) == 0 ? LostSessionPolicy.Settle : LostSessionPolicy.End,
    };
}
