using System.Security.Cryptography;
using System.Text;
using HotPath.Billing;
using HotPath.Rpc;
using HotPath.Sip;

namespace HotPath.Edge;

/// <summary>Everything an edge is told. Immutable; checked when it is made from a file (<see cref="EdgeConfigFile"/>).</summary>
public sealed class EdgeOptions
{
    /// <summary>Addresses SIP is received on, at least one.</summary>
    public required IReadOnlyList<ListenAddress> Listen { get; init; }

    /// <summary>
    /// The next hops of calls, at most 64, in the order in which a call tries them; empty: only calls to other addresses are routed.
    /// </summary>
    public IReadOnlyList<RouteTarget> Routes { get; init; } = [];

    /// <summary>
    /// Numbers and services for help: calls to them are neither authorised nor charged nor refused while anything can be done for them, and
    /// a service is routed like a number. None by default.
    /// </summary>
    public NumberPatterns EmergencyNumbers { get; init; } = NumberPatterns.None;

    /// <summary>Numbers that are free to call: they are neither authorised nor charged, and not refused for an engine's sake. None by default.</summary>
    public NumberPatterns FreeNumbers { get; init; } = NumberPatterns.None;

    /// <summary>The next hop that emergency calls try first; <c>null</c>: they go as all calls do.</summary>
    public RouteTarget? EmergencyRoute { get; init; }

    /// <summary>How long a call waits for any response of a next hop before it also tries the next one.</summary>
    public TimeSpan RouteTimeout { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>
    /// The interval of RFC 4028 session timers that is proposed where the caller proposes none: a session that is not refreshed in that
    /// time ends. Zero: none is proposed, and what the ends agree on is kept nevertheless. At least <see cref="MinSessionExpires"/>.
    /// </summary>
    public TimeSpan SessionExpires { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>The shortest session interval that is let pass (Min-SE, RFC 4028 §5): 90 s.</summary>
    public static TimeSpan MinSessionExpires { get; } = TimeSpan.FromSeconds(90);

    /// <summary>When requests to a side of a call go where its own came from, instead of to the address it names.</summary>
    public NatFlow NatFlow { get; init; }

    /// <summary>
    /// What the marks in Record-Route are signed with, known to this edge alone; <c>null</c>: made anew for these options, so that marks do
    /// not outlive the process.
    /// </summary>
    public string? Secret { get; init; }

    internal byte[] SecretKey => field ??= Secret is null ? RandomNumberGenerator.GetBytes(32) : SHA256.HashData(Encoding.UTF8.GetBytes(Secret));

    /// <summary>The charging engines and the limits of talking to them.</summary>
    public required EngineClientOptions Engine { get; init; }

    /// <summary>What the session sends that every call has.</summary>
    public required ChargingProfile Charging { get; init; }

    /// <summary>
    /// The sessions that calls have beside that one, at most <see cref="EdgeSessionOptions.MostPerCall"/>. They are asked about at once,
    /// started together, and ended in this order, behind that one.
    /// </summary>
    public IReadOnlyList<EdgeSessionOptions> Sessions { get; init; } = [];

    /// <summary>The call's own session and those beside it.</summary>
    internal IReadOnlyList<EdgeSessionOptions> AllSessions => field ??= [new EdgeSessionOptions { Profile = Charging }, .. Sessions];

    /// <summary>The journal; <c>null</c>: a crash loses what is owed for the calls in progress.</summary>
    public EdgeJournalOptions? Journal { get; init; }

    /// <summary>The account all calls are charged to; <c>null</c>: the user of the From URI, which callers choose themselves.</summary>
    public string? Account { get; init; }

    internal byte[] AccountUtf8 => field ??= Encoding.UTF8.GetBytes(Account ?? "");

    /// <summary>Status of the final response to a call that the account may not make; 400…699.</summary>
    public int RefusedStatus { get; init; } = 403;

    /// <summary>Longest time from INVITE to answer.</summary>
    public TimeSpan MaxRinging { get; init; } = TimeSpan.FromSeconds(180);

    /// <summary>Longest call, whatever the engine grants. Emergency calls may last a day at least.</summary>
    public TimeSpan MaxCallDuration { get; init; } = TimeSpan.FromHours(12);

    private static readonly TimeSpan s_emergencyDuration = TimeSpan.FromDays(1);

    internal TimeSpan MaxDurationOf(CallClass callClass) =>
        callClass == CallClass.Emergency && MaxCallDuration < s_emergencyDuration ? s_emergencyDuration : MaxCallDuration;

    /// <summary>What a received message may have at most; one with more is dropped, but for a long Request-URI, which is answered 414.</summary>
    public SipLimits SipLimits { get; init; } = SipLimits.Default;

    /// <summary>
    /// Most calls at once; more are answered 503. Free numbers may be called beyond it, by a quarter, and emergency numbers by another.
    /// </summary>
    public int MaxCalls { get; init; } = 50_000;

    /// <summary>
    /// How long what arrives may wait for its lane: when it has waited longer for as long again, new calls and other requests outside dialogs
    /// are answered 503 with Retry-After; calls to emergency numbers are not. Well below a quarter of a second, it is over before anybody
    /// sends anything again (T1, RFC 3261 §17.1.1.1). Zero: none is refused for that.
    /// </summary>
    public TimeSpan ShedAfter { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Calls are authorised and charged. <c>false</c>: they pass for free, and no engine is asked; <see cref="Engine"/> may then name none.
    /// </summary>
    public bool IsCharging { get; init; } = true;

    /// <summary>
    /// Lanes, each a thread that serves a share of the calls; 1…64. One is a good number on two cores: waking another thread costs more than
    /// what a message does.
    /// </summary>
    public int Lanes { get; init; } = DefaultLanes;

    /// <summary>One lane on up to two cores and where the system cannot share a port, else as many as there are cores.</summary>
    internal static int DefaultLanes => Environment.ProcessorCount <= 2 || !OperatingSystem.IsLinux() ? 1 : Math.Min(Environment.ProcessorCount, MostLanes);

    internal const int MostLanes = 64;

    internal int MaxCallsPerLane(CallClass callClass)
    {
        int most = (MaxCalls + Lanes - 1) / Lanes;
        int reserve = (most + 3) / 4;
        return callClass switch
        {
            CallClass.Emergency => most + (2 * reserve),
            CallClass.Free => most + reserve,
            _ => most,
        };
    }

    internal CallClass ClassOf(ReadOnlySpan<byte> destination) =>
        EmergencyNumbers.Match(destination) ? CallClass.Emergency
        : FreeNumbers.Match(destination) ? CallClass.Free
        : CallClass.Charged;
}
