using HotPath.Commands;
using HotPath.Rpc;

namespace HotPath.Testing;

/// <summary>What the engine asks of its clients, and what it does of its own accord.</summary>
public sealed partial class ScriptedEngine
{
    /// <summary>How often a client that refuses to end a session is asked; the last time with another reason (facts: wire recordings 250 to 255).</summary>
    private const int MaxDisconnectAsks = 6;

    private readonly RequestCounter _asked = new();
    private readonly RequestCounter _unwatched = new();

    /// <summary>How long a client's answer is waited for; after that it counts as a refusal.</summary>
    public TimeSpan ClientTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Requests sent to clients glued behind an answer, and how they ended.</summary>
    public (long Answered, long Lost, long Waiting) Asked => (_asked.Answered, _asked.Lost, _asked.Sent - _asked.Answered - _asked.Lost);

    /// <summary>
    /// Sessions that <see cref="SyncSessions"/> ended although every client had answered and the connection of theirs stood: the client left
    /// them out.
    /// </summary>
    public List<string> Unnamed { get; } = [];

    /// <summary>
    /// Asks the client of a session, over the connection that initiated it, to end it. Until it answers, the engine holds the session's
    /// lock. Refused six times, the engine ends the session itself.
    /// </summary>
    /// <param name="originId">The session.</param>
    /// <param name="reason">Why.</param>
    /// <param name="handler">Is told every answer too.</param>
    /// <param name="originHost">The session's edge.</param>
    /// <returns>There is such a session, and its connection stands. One that cannot be asked is ended by the engine.</returns>
    public bool Disconnect(string originId, string reason, IRpcCallHandler? handler = null, string originHost = "")
    {
        if (!_ledger.Open.TryGetValue((originHost, originId), out ScriptedSession? session))
        {
            return false;
        }

        if (!session.IsReachable)
        {
            EndByEngine(session);
            return false;
        }

        new Disconnecting(this, session, reason, handler ?? _unwatched).Ask();
        return true;
    }

    /// <summary>Asks every client for the sessions it knows, and leaves the answer at that.</summary>
    public void AskActiveSessions(IRpcCallHandler handler)
    {
        foreach (RpcServerLink link in TwoWayLinks())
        {
            link.Call("SessionSv1.GetActiveSessionIDs"u8, "\"\""u8, handler, 0);
        }
    }

    /// <summary>
    /// Asks every client for the sessions it knows, as the engine does every <c>channel_sync_interval</c>, and ends those that no client
    /// names. Without a client, that is all of them.
    /// </summary>
    public void SyncSessions()
    {
        RpcServerLink[] links = TwoWayLinks();
        new Synchronizing(this, [.. _ledger.Open.Values], links.Length).Ask(links);
    }

    private RpcServerLink[] TwoWayLinks() => [.. _links.Where(link => link.Port == RpcPort.TwoWay)];

    private void Ask(RpcServerLink link, ReadOnlySpan<byte> method, ReadOnlySpan<byte> parameters)
    {
        if (link.Call(method, parameters, _asked, 0) > 0)
        {
            _asked.Sent++;
        }
    }

    /// <summary>
    /// Ends a session, but not in the second after a client was told that it is open: what an engine does between that answer and the
    /// Terminate it leads to no client can tell, and a stock engine would charge it twice. Nor where another engine would keep its copy and the
    /// client is not there: it may end the session on that one.
    /// </summary>
    private void EndByEngine(ScriptedSession session)
    {
        if (!_ledger.ReachesPeers || (_ledger.IsShared && !session.IsReachable))
        {
            Unlock(session);
            return;
        }

        if (NowMs - session.ToldMs < 1000)
        {
            After(TimeSpan.FromSeconds(1), () => EndByEngine(session));
            return;
        }

        if (_ledger.Open.TryGetValue(session.Key, out ScriptedSession? open) && open == session)
        {
            _ledger.EndByEngine(session, NowMs);
            Unlock(session);
        }
    }

    private static void Unlock(ScriptedSession session)
    {
        session.IsLocked = false;
        while (!session.IsLocked && session.Waiting.TryDequeue(out Action? request))
        {
            request();
        }
    }

    /// <summary>A client is asked to end a session until it agrees, or the engine loses patience.</summary>
    private sealed class Disconnecting(ScriptedEngine engine, ScriptedSession session, string reason, IRpcCallHandler observer) : IRpcCallHandler
    {
        private int _asks;

        public void Ask()
        {
            int ask = ++_asks;
            session.IsLocked = true;
            int id = session.Link.Call(
                "SessionSv1.DisconnectSession"u8, session.EncodeDisconnect(ask < MaxDisconnectAsks ? reason : "FORCED_DISCONNECT"), this, 0);
            engine.After(engine.ClientTimeout, () =>
            {
                if (session.IsLocked && _asks == ask)
                {
                    session.Link.Forget(id);
                    OnRefused();
                }
            });
        }

        public void OnAnswer(RpcServerLink link, long state, ReadOnlySpan<byte> result, ReadOnlySpan<byte> error)
        {
            observer.OnAnswer(link, state, result, error);
            if (error.IsEmpty || error.SequenceEqual("null"u8))
            {
                // The session stays open until the client terminates it.
                Unlock(session);
            }
            else
            {
                OnRefused();
            }
        }

        public void OnLost(RpcServerLink link, long state)
        {
            observer.OnLost(link, state);
            engine.EndByEngine(session);
        }

        private void OnRefused()
        {
            if (_asks < MaxDisconnectAsks && session.IsReachable)
            {
                Ask();
            }
            else
            {
                engine.EndByEngine(session);
            }
        }
    }

    /// <summary>The clients are asked for their sessions; when all have answered, those that nobody named are ended.</summary>
    private sealed class Synchronizing(ScriptedEngine engine, ScriptedSession[] sessions, int waiting) : IRpcCallHandler
    {
        private readonly HashSet<(string OriginHost, string OriginId)> _named = [];
        private bool _isLinkLost;

        public void Ask(RpcServerLink[] links)
        {
            foreach (RpcServerLink link in links)
            {
                link.Call("SessionSv1.GetActiveSessionIDs"u8, "\"\""u8, this, 0);
            }

            if (links.Length == 0)
            {
                EndMissing();
            }
            else
            {
                engine.After(engine.ClientTimeout, EndMissing);
            }
        }

        public void OnAnswer(RpcServerLink link, long state, ReadOnlySpan<byte> result, ReadOnlySpan<byte> error)
        {
            GetActiveSessionIdsReply.TryRead(result, CgrDialect.Current, out GetActiveSessionIdsReply reply);
            foreach (ActiveSessionId id in reply.Ids ?? [])
            {
                _named.Add((id.OriginHost ?? "", id.OriginId ?? ""));
            }

            OnDone();
        }

        public void OnLost(RpcServerLink link, long state)
        {
            _isLinkLost = true;
            OnDone();
        }

        private void OnDone()
        {
            if (--waiting == 0)
            {
                EndMissing();
            }
        }

        private void EndMissing()
        {
            foreach (ScriptedSession session in sessions)
            {
                if (!_named.Contains(session.Key) && !session.IsLocked && engine._ledger.Open.GetValueOrDefault(session.Key) == session)
                {
                    if (session.IsReachable)
                    {
                        if (waiting == 0 && !_isLinkLost)
                        {
                            engine.Unnamed.Add(session.OriginId);
                        }

                        session.Link.Call("SessionSv1.DisconnectSession"u8, session.EncodeDisconnect("FORCED_DISCONNECT"), engine._unwatched, 0);
                    }

                    engine.EndByEngine(session);
                }
            }

            sessions = [];
        }
    }

    /// <summary>Counts how requests to clients end.</summary>
    private sealed class RequestCounter : IRpcCallHandler
    {
        public long Sent { get; set; }

        public long Answered { get; private set; }

        public long Lost { get; private set; }

        public void OnAnswer(RpcServerLink link, long state, ReadOnlySpan<byte> result, ReadOnlySpan<byte> error) => Answered++;

        public void OnLost(RpcServerLink link, long state) => Lost++;
    }
}
