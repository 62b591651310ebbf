namespace HotPath.Rpc;

/// <summary>The two JSON listeners of a CGRateS engine (facts: wire/README.md).</summary>
public enum RpcPort : byte
{
    /// <summary>One-way JSON, port 2012: every request is answered, one without an id with <c>"id":null</c>.</summary>
    OneWay,

    /// <summary>Two-way JSON, port 2014: the engine may ask too; a request whose id is absent or null gets no answer.</summary>
    TwoWay,
}
