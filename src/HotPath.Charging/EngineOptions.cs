using System.Net;

namespace HotPath.Charging;

/// <summary>Which form of <c>DisconnectSession</c> clients are sent. Source: facts cgrates-engine.md §4.3.</summary>
public enum ClientProtocol : byte
{
    /// <summary><c>SessionSv1.DisconnectSession</c>: what OpenSIPS and the edge of this repository know.</summary>
    SessionSv1,

    /// <summary><c>SMGClientV1.DisconnectSession</c>: clients from before rc8.</summary>
    SmgClientV1,

    /// <summary><c>AgentV1.DisconnectSession</c>: protocol 2.0, the cause inside the event.</summary>
    AgentV1,
}

/// <summary>The settings of the embedded engine, each with the default of CGRateS where it has one.</summary>
public sealed record EngineOptions
{
    /// <summary>One-way JSON listener; port 0 takes a free one; <c>null</c>: none. CGRateS's own is port 2012.</summary>
    public IPEndPoint? JsonListen { get; init; } = new(IPAddress.Loopback, 2012);

    /// <summary>Two-way JSON listener, over which sessions can be disconnected; port 0 takes a free one; <c>null</c>: none. CGRateS's own is port 2014.</summary>
    public IPEndPoint? BirpcListen { get; init; } = new(IPAddress.Loopback, 2014);

    /// <summary>Folder with the CSV files of a tariff plan; <c>null</c>: the tutorial that comes with the engine.</summary>
    public string? TariffFolder { get; init; }

    /// <summary>How much of a prepaid call is debited at a time; zero: the client asks for each piece (<c>sessions.debit_interval</c>).</summary>
    public TimeSpan DebitInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a call is asked for when the client does not say (<c>sessions.default_usage</c>).</summary>
    public TimeSpan DefaultUsage { get; init; } = TimeSpan.FromHours(3);

    /// <summary>Decimals to which the price of an increment is rounded, 0…12 (<c>general.rounding_decimals</c>).</summary>
    public int RoundingDecimals { get; init; } = 5;

    /// <summary>Tenant of events that name none (<c>general.default_tenant</c>).</summary>
    public string DefaultTenant { get; init; } = "cgrates.org";

    /// <summary>Category of events that name none (<c>general.default_category</c>).</summary>
    public string DefaultCategory { get; init; } = "call";

    /// <summary>Request type of events that name none (<c>general.default_request_type</c>).</summary>
    public string DefaultRequestType { get; init; } = "*rated";

    /// <summary>How clients are asked to end a call (<c>sessions.client_protocol</c>); those that speak the pre-rc8 dialect in their own way.</summary>
    public ClientProtocol ClientProtocol { get; init; }

    /// <summary>How often a client that refuses is asked to end a call before the engine ends the session itself (<c>sessions.terminate_attempts</c>).</summary>
    public int DisconnectAttempts { get; init; } = 5;

    /// <summary>Longest wait for a client's answer; without one, it has refused.</summary>
    public TimeSpan DisconnectReplyTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a client that agreed to end a call may take until it terminates the session; then the engine does.</summary>
    public TimeSpan DisconnectGrace { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a session that has ended is remembered, so that a repeated command is recognised.</summary>
    public TimeSpan ClosedSessionRetention { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Most sessions that have ended remembered; beyond it the oldest are forgotten.</summary>
    public int MaxClosedSessions { get; init; } = 100_000;

    /// <summary>Most sessions open at once; beyond it new ones are refused.</summary>
    public int MaxSessions { get; init; } = 100_000;

    /// <summary>Most CDRs kept; beyond it the oldest are forgotten.</summary>
    public int MaxCdrs { get; init; } = 100_000;

    /// <summary>Name of this engine in its replies (<c>general.node_id</c>).</summary>
    public string NodeId { get; init; } = "hotpath";
}
