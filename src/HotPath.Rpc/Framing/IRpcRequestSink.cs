namespace HotPath.Rpc;

/// <summary>One request that came over a server's link; valid during <see cref="IRpcRequestSink.OnRequest"/>.</summary>
public readonly ref struct RpcRequest
{
    internal RpcRequest(ReadOnlySpan<byte> method, ReadOnlySpan<byte> parameters, bool hasParameters, ReadOnlySpan<byte> id)
    {
        Method = method;
        Parameters = parameters;
        HasParameters = hasParameters;
        Id = id;
    }

    /// <summary>Method name, unescaped UTF-8.</summary>
    public ReadOnlySpan<byte> Method { get; }

    /// <summary>The first element of <c>params</c> as raw JSON; empty if there is none.</summary>
    public ReadOnlySpan<byte> Parameters { get; }

    /// <summary>There is a <c>params</c> member, be it empty: CGRateS refuses a request without one (facts: wire/README.md).</summary>
    public bool HasParameters { get; }

    /// <summary>The id as raw JSON, of any type; empty if there is none. Give it back to <see cref="RpcServerLink.Reply(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>.</summary>
    public ReadOnlySpan<byte> Id { get; }
}

/// <summary>Serves the requests of clients.</summary>
public interface IRpcRequestSink
{
    /// <summary>A client has connected. The first callback of this link.</summary>
    void OnOpened(RpcServerLink link)
    {
    }

    /// <summary>
    /// A request, in order of arrival, on the thread that drives the link. It may be answered at once or, with a copy of its id,
    /// later; answers may leave in any order.
    /// </summary>
    void OnRequest(RpcServerLink link, in RpcRequest request);

    /// <summary>The client is gone. The last callback of this link, after every request sent to the client was told its end.</summary>
    /// <param name="link">The link.</param>
    /// <param name="reason">One line for a log.</param>
    void OnClosed(RpcServerLink link, string reason);
}

/// <summary>Receives the client's answer to a request that a server sent with <see cref="RpcServerLink.Call"/>.</summary>
public interface IRpcCallHandler
{
    /// <summary>The client answered.</summary>
    /// <param name="link">The link.</param>
    /// <param name="state">What was given to <see cref="RpcServerLink.Call"/>.</param>
    /// <param name="result">Raw JSON; empty or <c>null</c> with an error.</param>
    /// <param name="error">Raw JSON; empty or <c>null</c> without one.</param>
    void OnAnswer(RpcServerLink link, long state, ReadOnlySpan<byte> result, ReadOnlySpan<byte> error);

    /// <summary>The link ended before the client answered.</summary>
    void OnLost(RpcServerLink link, long state);
}
