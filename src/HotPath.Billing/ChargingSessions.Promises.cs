using System.Text;
using HotPath.Rpc;

namespace HotPath.Billing;

/// <summary>
/// Ends that an engine asks for and is promised: the promise is given when the journal has it, on the lane that was asked, and kept on
/// the lane that has the session.
/// </summary>
public sealed partial class ChargingSessions
{
    private readonly Lock _postedLock = new();
    private readonly Queue<Action> _posted = new();
    private volatile bool _hasPosted;

    /// <summary>
    /// With several lanes: has <see cref="Advance"/> called soon, on this lane's thread. Called on any thread. To be set before the lanes
    /// run.
    /// </summary>
    public Action? Wake { get; set; }

    /// <summary>
    /// Writes down that the call is to end, and answers and ends it: at once, or when the record is safe. An end that was carried out needs
    /// no record any more.
    /// </summary>
    private void PromiseEnd(ChargingSession session, string reason, ref EngineRequest request)
    {
        Statistics.EngineDisconnects++;
        session.NoteEndDecided();
        bool mustWait = (session.IsRunning || session.IsEndWaiting) && session.JournalSequence > (_journal?.SafeSequence ?? 0);
        if (mustWait && request.TryDefer(out DeferredAnswer answer))
        {
            _promises.Enqueue(new PromisedEnd(session, session.Generation, reason, answer, this, session.JournalSequence, NowMs + LongestWaitMs));
            return;
        }

        Statistics.EffectsBeforeSafe += mustWait ? 1 : 0;
        request.Reply(Ok);
        session.Disconnect(reason);
    }

    /// <summary>Gives the promises whose records are safe.</summary>
    private void KeepPromises(long safe, long nowMs)
    {
        while (_promises.TryPeek(out PromisedEnd first) && (first.Sequence <= safe || first.LatestMs <= nowMs))
        {
            _promises.Dequeue();
            Statistics.EffectsBeforeSafe += first.Sequence <= safe ? 0 : 1;
            if (first.AskedLane == this)
            {
                first.Answer.Reply(Ok);
                first.End();
            }
            else
            {
                PromiseOnAskedLane(first);
            }
        }
    }

    /// <summary>
    /// Gives the promise to end a session whose end, decided before the engine asked for it, is carried out now: Terminate must come behind
    /// the answer that the engine holds the session's lock for. Given again in its turn, it is not heard any more.
    /// </summary>
    internal void PromiseFirst(ChargingSession session)
    {
        foreach (PromisedEnd promise in _promises)
        {
            if (promise.Session == session && promise.Generation == session.Generation && promise.AskedLane == this)
            {
                promise.Answer.Reply(Ok);
            }
        }
    }

    /// <summary>The engine hears the promise before anything that keeping it sends.</summary>
    private void PromiseOnAskedLane(PromisedEnd promise) => promise.AskedLane.Post(() =>
    {
        promise.Answer.Reply(Ok);
        Post(promise.End);
    });

    /// <summary>Has the lane that has a session promise its end, and answers here what comes of it.</summary>
    private void HandOver(ChargingSessions lane, int engine, string originId, string originHost, string reason, DeferredAnswer answer) => lane.Post(() =>
    {
        if (lane.FindOnEngine(engine, Encoding.UTF8.GetBytes(originId), Encoding.UTF8.GetBytes(originHost)) is { } session)
        {
            lane.Statistics.EngineDisconnects++;
            session.NoteEndDecided();
            lane._promises.Enqueue(new PromisedEnd(session, session.Generation, reason, answer, this, lane._lastSequence, lane.NowMs + LongestWaitMs));
        }
        else
        {
            Post(() => answer.ReplyError(NotFound));
        }
    });

    /// <summary>Any thread may be asked: nothing of the sessions but their identity and engine is looked at.</summary>
    private ChargingSessions? FindOtherLane(int engine, ReadOnlySpan<byte> originId, ReadOnlySpan<byte> originHost)
    {
        foreach (ChargingSessions lane in _allLanes)
        {
            if (lane != this)
            {
                lock (lane._listLock)
                {
                    if (lane.FindOnEngine(engine, originId, originHost) is not null)
                    {
                        return lane;
                    }
                }
            }
        }

        return null;
    }

    /// <summary>Has something done on this lane's thread, soon. Any thread. As many wait at most as engines wait for deferred answers.</summary>
    private void Post(Action work)
    {
        lock (_postedLock)
        {
            _posted.Enqueue(work);
            _hasPosted = true;
        }

        Wake?.Invoke();
    }

    private void RunPosted()
    {
        while (_hasPosted)
        {
            Action work;
            lock (_postedLock)
            {
                work = _posted.Dequeue();
                _hasPosted = _posted.Count > 0;
            }

            work();
        }
    }

    /// <param name="Session">The session whose call ends.</param>
    /// <param name="Generation">Which use of that object.</param>
    /// <param name="Reason">The engine's.</param>
    /// <param name="Answer">Where the engine waits for the promise.</param>
    /// <param name="AskedLane">On whose thread that is.</param>
    /// <param name="Sequence">The record that has to be safe before.</param>
    /// <param name="LatestMs">When the promise is given in any case.</param>
    private readonly record struct PromisedEnd(
        ChargingSession Session, long Generation, string Reason, DeferredAnswer Answer, ChargingSessions AskedLane, long Sequence, long LatestMs)
    {
        /// <summary>Keeps the promise, if the session has not ended meanwhile.</summary>
        public void End()
        {
            if (Session.Generation == Generation)
            {
                Session.Disconnect(Reason);
            }
        }
    }
}
