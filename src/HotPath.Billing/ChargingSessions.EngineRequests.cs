using System.Text;
using HotPath.Commands;
using HotPath.Rpc;

namespace HotPath.Billing;

/// <summary>What an engine asks of us over our own connections (facts: cgrates-module.md §8, cgrates-engine.md §4.3).</summary>
public sealed partial class ChargingSessions : IEngineRequestHandler
{
    private readonly Lock _listLock = new();
    private readonly Queue<PromisedEnd> _promises = new();
    private ChargingSessions[] _allLanes;
    private byte[] _answer = [];

    private static ReadOnlySpan<byte> Ok => "\"OK\""u8;

    private static ReadOnlySpan<byte> NotFound => "NOT_FOUND"u8;

    /// <summary>
    /// Has each of several lanes name the sessions of all when an engine asks for those that are active: an engine ends what the answer on
    /// any of its connections leaves out. To be called before the lanes run.
    /// </summary>
    /// <param name="lanes">The sessions of every lane of an edge.</param>
    public static void ShareIdentities(IReadOnlyList<ChargingSessions> lanes)
    {
        ChargingSessions[] all = [.. lanes];
        foreach (ChargingSessions lane in all)
        {
            lane._allLanes = all;
        }
    }

    void IEngineRequestHandler.OnRequest(ref EngineRequest request)
    {
        // The service's name changed with the engine's version: SMGClientV1, SessionSv1, AgentV1. The method's did not.
        ReadOnlySpan<byte> method = request.Method[(request.Method.LastIndexOf((byte)'.') + 1)..];
        if (method.SequenceEqual("DisconnectSession"u8))
        {
            Disconnect(ref request);
        }
        else if (method.SequenceEqual("GetActiveSessionIDs"u8))
        {
            AnswerActiveSessions(ref request);
        }
        else if (method.SequenceEqual("WarnDisconnect"u8) || method.SequenceEqual("DisconnectPeer"u8))
        {
            request.Reply(Ok);
        }
        else if (method.SequenceEqual("Ping"u8))
        {
            request.Reply("\"Pong\""u8);
        }
        else
        {
            Refuse(ref request, "Unknown Method"u8, "the method is not known");
        }
    }

    /// <summary>
    /// "OK" once the end of the call is decided, written down as safely as the journal promises, and before Terminate is sent: the engine
    /// holds the session's lock while it waits for this answer, so the command must come behind it on the wire.
    /// </summary>
    private void Disconnect(ref EngineRequest request)
    {
        Scratch.Reset();
        CgrReadResult read = DisconnectSession.TryReadRequest(request.Parameters, CgrDialect.Current, Scratch, out DisconnectSession command);
        if (!read.IsOk)
        {
            Refuse(ref request, "EventStart parameter is invalid or not found"u8, read.ToString());
            return;
        }

        string reason = (command.Reason.IsPresent ? command.Reason : command.DisconnectCause).ToString();
        if (FindOnEngine(request.Engine, command.OriginId.Utf8, command.OriginHost.Utf8) is { } session)
        {
            PromiseEnd(session, reason, ref request);
        }
        else if (FindOtherLane(request.Engine, command.OriginId.Utf8, command.OriginHost.Utf8) is { } lane && request.TryDefer(out DeferredAnswer answer))
        {
            HandOver(lane, request.Engine, command.OriginId.ToString(), command.OriginHost.ToString(), reason, answer);
        }
        else
        {
            // The engine then closes the session itself.
            Refuse(ref request, NotFound, $"no session {command.OriginId.ToString()}");
        }
    }

    private void AnswerActiveSessions(ref EngineRequest request)
    {
        int length = EncodeActiveSessions(_answer);
        while (length > _answer.Length)
        {
            _answer = new byte[2 * length];
            length = EncodeActiveSessions(_answer);
        }

        request.Reply(_answer.AsSpan(0, length));
    }

    /// <returns>The length of the list; nothing is written beyond the output.</returns>
    private int EncodeActiveSessions(Span<byte> output)
    {
        int first = CgrEncoder.Raw(output, 0, "["u8);
        int at = first;
        foreach (ChargingSessions lane in _allLanes)
        {
            at = lane.EncodeActiveSessions(output, at);
        }

        return CgrEncoder.End(output, at, first, "]"u8);
    }

    /// <summary>Any thread: while the lock is held no session comes, goes or is given another identity.</summary>
    private int EncodeActiveSessions(Span<byte> output, int at)
    {
        lock (_listLock)
        {
            for (ChargingSession? session = _first; session is not null; session = session.Next)
            {
                if (session.IsActiveOnEngine)
                {
                    // An ActiveSessionId, written out of the session's own bytes: its strings would have to be made for each.
                    int first = at = CgrEncoder.Raw(output, at, "{\"OriginHost\":\""u8);
                    at = CgrEncoder.Text(output, at, session.OriginHost);
                    at = CgrEncoder.Raw(output, at, "\"OriginID\":\""u8);
                    at = CgrEncoder.Text(output, at, session.OriginId);
                    at = CgrEncoder.End(output, at, first, "},"u8);
                }
            }
        }

        return at;
    }

    private void Refuse(ref EngineRequest request, ReadOnlySpan<byte> error, string detail)
    {
        Statistics.BadEngineRequests++;
        Log.BadEngineRequest(EngineNameOf(request.Engine), Encoding.UTF8.GetString(request.Method), detail);
        request.ReplyError(error);
    }
}
