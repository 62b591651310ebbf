namespace HotPath.Charging;

/// <summary>
/// The sessions by CGRID: those open, and those that have ended, which are remembered for a while so that a repeated command finds
/// them. Bounded in both.
/// </summary>
internal sealed class SessionBook(EngineOptions options)
{
    private readonly Dictionary<string, Session> _open = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Session> _closed = new(StringComparer.Ordinal);
    private readonly Queue<(Session Session, long Until)> _expiry = [];

    /// <summary>In the order in which they were opened.</summary>
    public IEnumerable<Session> Open => _open.Values;

    public int OpenCount => _open.Count;

    public Session? FindOpen(string cgrId) => _open.GetValueOrDefault(cgrId);

    public Session? FindClosed(string cgrId) => _closed.GetValueOrDefault(cgrId);

    /// <returns>False: there are too many.</returns>
    public bool TryOpen(Session session)
    {
        if (_open.Count >= options.MaxSessions)
        {
            return false;
        }

        _open.Add(session.CgrId, session);
        return true;
    }

    /// <summary>Remembers a session as ended.</summary>
    /// <param name="session">It.</param>
    /// <param name="now">The engine's clock, in ticks.</param>
    public void Close(Session session, long now)
    {
        _open.Remove(session.CgrId);
        session.IsClosed = true;
        session.TimerGeneration++;
        _closed[session.CgrId] = session;
        _expiry.Enqueue((session, now + options.ClosedSessionRetention.Ticks));

        Forget(now);
    }

    /// <summary>Forgets what is old or too much.</summary>
    private void Forget(long now)
    {
        while (_expiry.TryPeek(out (Session Session, long Until) oldest) && (oldest.Until <= now || _closed.Count > options.MaxClosedSessions))
        {
            _expiry.Dequeue();
            if (_closed.TryGetValue(oldest.Session.CgrId, out Session? session) && session == oldest.Session)
            {
                _closed.Remove(session.CgrId);
            }
        }
    }
}
