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

    /// <summary>Longest pause between two tries to connect to an engine that is down (<c>retry_timeout</c>).</summary>
    public TimeSpan RetryTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>First pause after a failed connect; doubled, with jitter, up to <see cref="RetryTimeout"/>.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Most requests in flight to one engine; 1…65536.</summary>
    public int MaxInFlight { get; init; } = 8192;

    /// <summary>Largest frame read from an engine, in bytes; a larger one closes the connection.</summary>
    public int MaxFrameBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Most engines in the list.</summary>
    internal const int MaxEngines = 64;

    /// <summary>Refuses values out of their ranges, naming the option.</summary>
    internal void Validate()
    {
        Check(Engines is { Count: > 0 and <= MaxEngines }, nameof(Engines), $"1 to {MaxEngines} engines are needed");
        Check(ConnectTimeout > TimeSpan.Zero, nameof(ConnectTimeout), "a time greater than zero is needed");
        Check(SafeAttemptTimeout > TimeSpan.Zero, nameof(SafeAttemptTimeout), "a time greater than zero is needed");
        Check(SafeTimeout > TimeSpan.Zero, nameof(SafeTimeout), "a time greater than zero is needed");
        Check(CommandTimeout > TimeSpan.Zero, nameof(CommandTimeout), "a time greater than zero is needed");
        Check(FirstRetry > TimeSpan.Zero, nameof(FirstRetry), "a time greater than zero is needed");
        Check(RetryTimeout >= FirstRetry, nameof(RetryTimeout), $"at least {nameof(FirstRetry)} is needed");
        Check(MaxInFlight is > 0 and <= 65536, nameof(MaxInFlight), "1 to 65536 requests are possible");
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
