namespace HotPath.Rpc;

/// <summary>Serves the requests that an engine sends to us on a connection we opened (disconnect, active session ids, ping).</summary>
public interface IEngineRequestHandler
{
    /// <summary>
    /// Called on the thread that drives the client, for each request in order of arrival. Answer before returning with
    /// <see cref="EngineRequest.Reply"/> or <see cref="EngineRequest.ReplyError"/>, or take <see cref="EngineRequest.TryDefer"/>'s place for
    /// the answer; a request left unanswered gets an error.
    /// </summary>
    void OnRequest(ref EngineRequest request);
}
