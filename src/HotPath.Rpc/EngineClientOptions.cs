using System.Net;
using HotPath.Commands;

namespace HotPath.Rpc;

/// <summary>The limits and times of an engine client. Names and defaults of the reference module's parameters are kept where it has them.</summary>
public sealed class EngineClientOptions
{
    /// <summary>The engines, in order of preference (the reference module's <c>cgrates_engine</c>).</summary>
    public required IReadOnlyList<EngineAddress> Engines { get; init; }

    /// <summary>The dialect spoken (<c>compat_mode</c>). A command that it does not have is sent as it is in the current one.</summary>
    public CgrDialect Dialect { get; init; }

    /// <summary>Longest wait for a TCP connection.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait of a <see cref="RepeatClass.Safe"/> request on one engine before the next is tried.</summary>
    public TimeSpan SafeAttemptTimeout { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest wait of a <see cref="RepeatClass.Safe"/> request in all.</summary>
    public TimeSpan SafeTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest wait of every other request.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Which engine is asked first.</summary>
    public OrderPolicy Order { get; init; } = OrderPolicy.Failover;

    /// <summary>When an engine is taken out. Not used by a client that shares an <see cref="EngineAvailability"/>, which has its own.</summary>
    public BreakerPolicy Breaker { get; init; } = BreakerPolicy.Default;

    /// <summary>How an engine that is out is tried again.</summary>
    public ProbePolicy Probe { get; init; } = ProbePolicy.Default;

    /// <summary>Longest pause between two tries to connect to an engine that is down (<c>retry_timeout</c>): <see cref="ProbePolicy.LongestPause"/>.</summary>
    public TimeSpan RetryTimeout
    {
        get => Probe.LongestPause;
        init => Probe = Probe with { LongestPause = value };
    }

    /// <summary>
    /// Connections that each client keeps to every engine (the upper bound <c>max_async_connections</c>); 1…16. One carries any number
    /// of requests; more are for engines that serve the requests of a connection one after the other.
    /// </summary>
    public int MaxConnections { get; init; } = 1;

    /// <summary>The local address that connections are made from (<c>bind_ip</c>); <c>null</c>: the system chooses.</summary>
    public IPAddress? BindAddress { get; init; }

    /// <summary>
    /// Requests in flight to one engine from which on those of the class <see cref="RepeatClass.Safe"/>, such as authorisations, are
    /// refused at once with <see cref="RpcStatus.Overloaded"/>; 1…65536. Commands that charge may be as many again on each connection;
    /// beyond that they wait, until their deadline at the longest.
    /// </summary>
    public int MaxInFlight { get; init; } = 8192;

    /// <summary>How often sessions whose connection is gone are asked for (<see cref="SessionAudit"/>).</summary>
    public TimeSpan SessionAuditInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Largest frame read from an engine, in bytes; a larger one closes the connection.</summary>
    public int MaxFrameBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>The id before the first: tests begin where ids begin anew.</summary>
    internal int LastRequestId { get; init; }

    /// <summary>Most engines in the list.</summary>
    internal const int MaxEngines = 64;

    /// <summary>Refuses values out of their ranges, naming the option.</summary>
    internal void Validate()
    {
        Check(Engines is { Count: > 0 and <= MaxEngines }, nameof(Engines), $"1 to {MaxEngines} engines are needed");
        Check(Engines.All(engine => !string.IsNullOrEmpty(engine.Host)), nameof(Engines), "an address that names no host is none");
        Check(ConnectTimeout > TimeSpan.Zero, nameof(ConnectTimeout), "a time greater than zero is needed");
        Check(SafeAttemptTimeout > TimeSpan.Zero, nameof(SafeAttemptTimeout), "a time greater than zero is needed");
        Check(SafeTimeout > TimeSpan.Zero, nameof(SafeTimeout), "a time greater than zero is needed");
        Check(CommandTimeout > TimeSpan.Zero, nameof(CommandTimeout), "a time greater than zero is needed");
        Check(Breaker.UnansweredInRow is > 0 and <= EngineStateWord.MaxUnanswered, nameof(Breaker), $"1 to {EngineStateWord.MaxUnanswered} unanswered requests are possible");
        Check(Probe.FirstPause > TimeSpan.Zero, nameof(Probe), "a first pause greater than zero is needed");
        Check(Probe.LongestPause >= Probe.FirstPause, nameof(Probe), "a longest pause no shorter than the first is needed");
        Check(Probe.Jitter is >= 0 and <= 1, nameof(Probe), "a jitter of 0 to 1 is needed");
        Check(Probe.PingsBeforeReconnect > 0, nameof(Probe), "one ping or more is needed");
        Check(MaxConnections is > 0 and <= 16, nameof(MaxConnections), "1 to 16 connections are possible");
        Check(MaxInFlight is > 0 and <= 65536, nameof(MaxInFlight), "1 to 65536 requests are possible");
        Check(SessionAuditInterval > TimeSpan.Zero, nameof(SessionAuditInterval), "a time greater than zero is needed");
        Check(MaxFrameBytes > 0, nameof(MaxFrameBytes), "a size greater than zero is needed");
    }

    private static void Check(bool isRight, string name, string rule)
    {
        if (!isRight)
        {
            throw new ArgumentException($"{name}: {rule}.", name);
        }
    }
}
