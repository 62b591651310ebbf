using HotPath.Commands;

namespace HotPath.Rpc;

/// <summary>
/// Finds the sessions that an engine has forgotten. A session is bound to the connection that initiated it: when that is gone the engine cannot
/// call back, and ends the session by itself (facts: cgrates-engine.md §4.3). Sessions whose connection is gone are asked for, each with a
/// <c>SessionSv1.GetActiveSessions</c> of its own, every <see cref="EngineClientOptions.SessionAuditInterval"/> until they are removed, and
/// at once when an engine that did not answer is back; what the engine does not have is lost and told. An error, silence or an engine that is
/// away prove nothing. Members may be called from any thread; while no connection is lost, nothing is allocated and nothing is asked.
/// </summary>
/// <remarks>
/// One question for each session, and not one for the whole list, because its answer is small however many sessions the engine has:
/// a list of ten thousand is 13 MB that would be read in one piece on the lane's thread. No more than 16 questions are under way at a time.
/// </remarks>
public sealed class SessionAudit : IReplyHandler<GetActiveSessionsReply>
{
    private const int MaxQuestions = 16;

    private readonly EngineClient _client;
    private readonly long _intervalMs;
    private readonly Lock _lock = new();
    private readonly Dictionary<long, int> _slots = [];
    private readonly Stack<int> _free = [];

    /// <summary>By the time when they are due.</summary>
    private Queue<(int Slot, int Generation, long DueMs)> _orphans = [];

    private readonly List<int> _openConnections = [];
    private Entry[] _entries = new Entry[16];
    private int _orphanCount;
    private int _questions;
    private bool _isScanDue;

    internal SessionAudit(EngineClient client, TimeSpan interval)
    {
        _client = client;
        _intervalMs = (long)interval.TotalMilliseconds;
        for (int slot = _entries.Length - 1; slot >= 0; slot--)
        {
            _free.Push(slot);
        }
    }

    /// <summary>
    /// Called on the client's thread with the key of a session that its engine does not have any more; the session is removed
    /// before. The call is to be ended, and no Terminate is to be sent. Must not block.
    /// </summary>
    public Action<long>? SessionLost { get; set; }

    /// <summary>Sessions told and not yet removed.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _slots.Count;
            }
        }
    }

    /// <summary>Those of them whose connection is gone.</summary>
    public int OrphanCount
    {
        get
        {
            lock (_lock)
            {
                return _orphanCount;
            }
        }
    }

    /// <summary>An engine has accepted a session: to be told when the outcome of its Initiate is there.</summary>
    /// <param name="session">The caller's key of it; of its own choice, and not in use.</param>
    /// <param name="originHost">As in the Initiate, UTF-8; may be empty.</param>
    /// <param name="originId">As in the Initiate, UTF-8.</param>
    /// <param name="engine">The engine that accepted it (<see cref="RpcOutcome{TReply}.Engine"/>).</param>
    /// <param name="connection">Over which connection (<see cref="RpcOutcome{TReply}.Connection"/>).</param>
    /// <exception cref="ArgumentException">The key is in use.</exception>
    public void Add(long session, ReadOnlySpan<byte> originHost, ReadOnlySpan<byte> originId, int engine, int connection)
    {
        lock (_lock)
        {
            if (_free.Count == 0)
            {
                Grow();
            }

            _slots.Add(session, _free.Peek());
            int slot = _free.Pop();
            ref Entry entry = ref _entries[slot];
            entry.Session = session;
            entry.Engine = engine;
            entry.Connection = connection;
            entry.IsOrphan = entry.IsAsked = entry.IsUnanswered = false;
            entry.SetText(originHost, originId);
            _isScanDue |= !_openConnections.Contains(connection);
        }
    }

    /// <summary>A session's Terminate goes out: it is not asked for any more. Nothing if it is not known.</summary>
    public void Remove(long session)
    {
        lock (_lock)
        {
            if (_slots.Remove(session, out int slot))
            {
                ref Entry entry = ref _entries[slot];
                _orphanCount -= entry.IsOrphan ? 1 : 0;
                entry.Generation++;
                _free.Push(slot);
            }
        }
    }

    internal void OnOpened(int connection)
    {
        lock (_lock)
        {
            _openConnections.Add(connection);
        }
    }

    internal void OnClosed(int connection)
    {
        lock (_lock)
        {
            _openConnections.Remove(connection);
            _isScanDue |= _slots.Count > 0;
        }
    }

    /// <summary>An engine can be asked again: the questions that told nothing are due, for their calls run on.</summary>
    internal void OnEngineUp(long nowMs)
    {
        lock (_lock)
        {
            if (_orphanCount > 0)
            {
                _orphans = new(_orphans
                    .Select(orphan => _entries[orphan.Slot].IsUnanswered ? orphan with { DueMs = nowMs } : orphan)
                    .OrderBy(orphan => orphan.DueMs));
            }
        }
    }

    /// <summary>Asks what is due.</summary>
    /// <returns>When there is something to do again, on the client's clock; -1: not on its own.</returns>
    internal long Advance(long nowMs)
    {
        lock (_lock)
        {
            if (_isScanDue)
            {
                _isScanDue = false;
                FindOrphans(nowMs);
            }

            while (_questions < MaxQuestions && _orphans.TryPeek(out (int Slot, int Generation, long DueMs) orphan))
            {
                ref Entry entry = ref _entries[orphan.Slot];
                if (entry.Generation != orphan.Generation)
                {
                    _orphans.Dequeue();
                    continue;
                }

                if (orphan.DueMs > nowMs)
                {
                    return orphan.DueMs;
                }

                _orphans.Dequeue();
                if (SessionQuery.FilterFor(entry.OriginId) is not { } filter)
                {
                    continue;
                }

                // The interval does not wait for the answer, which may take its time or not come.
                _orphans.Enqueue(orphan with { DueMs = nowMs + _intervalMs });
                if (!entry.IsAsked)
                {
                    _questions++;
                    entry.IsAsked = true;
                    _client.Send<GetActiveSessions, GetActiveSessionsReply>(
                        new GetActiveSessions { Filters = [filter] }, this, Pack(orphan.Slot, orphan.Generation), new(null, entry.Engine));
                }
            }

            return -1;
        }
    }

    void IReplyHandler<GetActiveSessionsReply>.OnReply(long state, in RpcOutcome<GetActiveSessionsReply> outcome)
    {
        (int slot, int generation) = ((int)(state >> 32), (int)state);
        long session;
        lock (_lock)
        {
            _questions--;
            ref Entry entry = ref _entries[slot];
            if (entry.Generation != generation)
            {
                return;
            }

            SessionPresence presence = SessionQuery.Read(outcome, entry.OriginHost, entry.OriginId);
            entry.IsAsked = false;
            entry.IsUnanswered = presence == SessionPresence.Unknown;
            if (presence != SessionPresence.Absent)
            {
                return;
            }

            session = entry.Session;
            Remove(session);
        }

        SessionLost?.Invoke(session);
    }

    private static long Pack(int slot, int generation) => ((long)slot << 32) | (uint)generation;

    private void FindOrphans(long nowMs)
    {
        foreach (int slot in _slots.Values)
        {
            ref Entry entry = ref _entries[slot];
            if (!entry.IsOrphan && !_openConnections.Contains(entry.Connection))
            {
                entry.IsOrphan = true;
                _orphanCount++;
                _orphans.Enqueue((slot, entry.Generation, nowMs + _intervalMs));
            }
        }
    }

    private void Grow()
    {
        int before = _entries.Length;
        Array.Resize(ref _entries, before * 2);
        for (int slot = _entries.Length - 1; slot >= before; slot--)
        {
            _free.Push(slot);
        }
    }

    private struct Entry
    {
        private byte[]? _text;
        private int _hostLength;
        private int _length;

        public long Session;
        public int Engine;
        public int Connection;
        public int Generation;
        public bool IsOrphan;

        /// <summary>A question for it is under way.</summary>
        public bool IsAsked;

        /// <summary>The last question for it told nothing.</summary>
        public bool IsUnanswered;

        /// <summary>Empty: a session told without a host has the one that its engine gave it.</summary>
        public readonly ReadOnlySpan<byte> OriginHost => _text.AsSpan(0, _hostLength);

        public readonly ReadOnlySpan<byte> OriginId => _text.AsSpan(_hostLength, _length - _hostLength);

        public void SetText(ReadOnlySpan<byte> host, ReadOnlySpan<byte> id)
        {
            _hostLength = host.Length;
            _length = host.Length + id.Length;
            if (_text is null || _text.Length < _length)
            {
                _text = new byte[Math.Max(64, _length)];
            }

            host.CopyTo(_text);
            id.CopyTo(_text.AsSpan(host.Length));
        }
    }
}
