namespace HotPath.Rpc;

/// <summary>How much clients may take of a server.</summary>
public sealed record RpcServerLimits
{
    /// <summary>The defaults.</summary>
    public static RpcServerLimits Default { get; } = new();

    /// <summary>Most connections of one listener; a client beyond it is hung up on at once, which it notices, as it would not if it were left waiting.</summary>
    public int MaxConnections { get; init; } = 1024;

    /// <summary>Largest frame taken from a client, in bytes; a larger one ends its connection.</summary>
    public int MaxFrameBytes { get; init; } = 1024 * 1024;

    /// <summary>Most bytes that wait for a client that does not read; beyond it its connection is ended.</summary>
    public int MaxPendingBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Longest wait for a client's side of the TLS handshake; then its connection is ended.</summary>
    public TimeSpan TlsHandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
