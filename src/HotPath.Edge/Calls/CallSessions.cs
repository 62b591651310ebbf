using HotPath.Billing;
using HotPath.Sip;

namespace HotPath.Edge;

/// <summary>
/// The billing sessions of one call: its own, and those beside it, in the order of the configuration. All of them together let the call out,
/// and each of them can end it. Pooled with its call.
/// </summary>
internal sealed class CallSessions(Lane lane) : ISessionOwner
{
    private readonly List<CallSession> _sessions = [.. lane.Options.AllSessions.Select(options => new CallSession(options))];
    private Call _call = null!;
    private int _open;
    private int _awaited;
    private int _answered;

    /// <summary>Nothing is owed to any of them.</summary>
    public bool IsSettled => _open == 0;

    /// <summary>The engine is asked, and has not answered about all of them.</summary>
    public bool IsAsking => _awaited > 0;

    /// <summary>The end is decided, and the journal does not have it of all of them yet.</summary>
    public bool IsEndWaiting
    {
        get
        {
            foreach (CallSession session in _sessions)
            {
                if (session.Charging is { IsEndWaiting: true })
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Begins for another call.</summary>
    public void Reset(Call call)
    {
        _call = call;
        _answered = 0;

        // Those behind are what a restored call had by an earlier configuration.
        _sessions.RemoveRange(lane.Options.AllSessions.Count, _sessions.Count - lane.Options.AllSessions.Count);
        foreach (CallSession session in _sessions)
        {
            session.Reset();
        }
    }

    /// <summary>Asks about the sessions that every call has, all at once. The call hears <see cref="Call.OnAuthorised"/> or <see cref="Call.OnRefused"/>.</summary>
    public void Authorize(in SipMessage invite, ReadOnlySpan<byte> account, ReadOnlySpan<byte> destination)
    {
        foreach (CallSession session in _sessions)
        {
            if (!session.IsBound)
            {
                Open(session, invite, account, destination);
            }
        }

        Ask();
    }

    /// <summary>Asks about the sessions that are bound to a next hop, before it is tried.</summary>
    /// <returns>
    /// <c>false</c>: there is nothing to ask. Else the call hears <see cref="Call.OnNextHopAuthorised"/> or <see cref="Call.OnNextHopRefused"/>,
    /// or has done so already.
    /// </returns>
    public bool TryAuthorize(in SipEndpoint nextHop, in SipMessage invite)
    {
        CallSession own = _sessions[0];
        foreach (CallSession session in _sessions)
        {
            if (own.WasOpened && session.IsBoundTo(nextHop) && session.Charging is null)
            {
                Open(session, invite, own.Account, own.Destination);
            }
        }

        bool asks = _awaited > 0;
        Ask();
        return asks;
    }

    /// <summary>The INVITE goes to this next hop.</summary>
    public void NoteTried(in SipEndpoint nextHop)
    {
        foreach (CallSession session in _sessions)
        {
            session.IsTried |= session.IsBoundTo(nextHop);
        }
    }

    /// <summary>The next hop did not serve: this is in the CDR of what is bound to it, unless it serves after all.</summary>
    public void NoteFailed(in SipEndpoint nextHop, in EndCause cause)
    {
        foreach (CallSession session in _sessions)
        {
            if (session.IsBoundTo(nextHop))
            {
                session.Failure = cause;
            }
        }
    }

    /// <summary>The call was answered by a next hop: what is bound to another one was missed, all others are started.</summary>
    public void Answer(in SipEndpoint nextHop)
    {
        DismissUntried();
        foreach (CallSession session in _sessions)
        {
            if (!session.Serves(nextHop))
            {
                session.Charging?.Abandon(session.Failure ?? EndCause.AnsweredElsewhere);
            }
        }

        Answer(TimeSpan.Zero);
    }

    /// <summary>Starts all that are open.</summary>
    /// <param name="ago">How long ago the call was answered.</param>
    public void Answer(TimeSpan ago)
    {
        _answered = 0;
        foreach (CallSession session in _sessions)
        {
            _answered += CanStart(session) ? 1 : 0;
        }

        ChargingSession? first = null;
        foreach (CallSession session in _sessions)
        {
            // Where one is refused at once, the call may be over before the next.
            if (CanStart(session))
            {
                session.Charging!.Answer(ago, first);
                first ??= session.Charging;
            }
        }

        static bool CanStart(CallSession session) => session.Charging is { State: SessionState.Idle or SessionState.Authorised };
    }

    /// <summary>Opens the sessions of a further answer of another call's INVITE. They are not started.</summary>
    /// <param name="first">The sessions of that call.</param>
    /// <param name="nextHop">Where the answer came from.</param>
    /// <param name="toTag">What tells this answer from the others.</param>
    /// <returns><c>false</c>: there are none.</returns>
    public bool TryFork(CallSessions first, in SipEndpoint nextHop, ReadOnlySpan<byte> toTag)
    {
        for (int i = 0; i < _sessions.Count; i++)
        {
            CallSession session = _sessions[i], like = first._sessions[i];
            if (like.WasOpened && like.Serves(nextHop))
            {
                session.Charging = lane.Sessions.Open(
                    this, session.Options.Profile, like.OriginId, like.Account, like.Destination, answer: toTag, callClass: _call.Class);
                _open++;
            }
        }

        return _open > 0;
    }

    /// <summary>The call has ended: what was started is ended, in order; what was not leaves no trace.</summary>
    public void End(in EndCause cause)
    {
        foreach (CallSession session in _sessions)
        {
            if (session.Charging is { AnswerTime: null } missed)
            {
                missed.Dismiss();
            }
            else
            {
                session.Charging?.End(cause);
            }
        }
    }

    /// <summary>The call has failed before an answer.</summary>
    public void Abandon(in EndCause cause)
    {
        DismissUntried();
        foreach (CallSession session in _sessions)
        {
            session.Charging?.Abandon(session.Failure ?? cause);
        }
    }

    /// <summary>The call came to nothing that is worth a record.</summary>
    public void Dismiss()
    {
        foreach (CallSession session in _sessions)
        {
            session.Charging?.Dismiss();
        }
    }

    /// <summary>The next hop about which the engine is, or was, asked is not tried.</summary>
    public void DismissUntried()
    {
        foreach (CallSession session in _sessions)
        {
            if (session is { IsBound: true, IsTried: false })
            {
                session.Charging?.Dismiss();
            }
        }
    }

    /// <summary>The dialog has changed in a way that matters after a restart.</summary>
    public void NoteOwnerChange()
    {
        foreach (CallSession session in _sessions)
        {
            session.Charging?.NoteOwnerChange();
        }
    }

    /// <summary>The call will end: none of them goes on after a restart.</summary>
    public void NoteEndDecided()
    {
        foreach (CallSession session in _sessions)
        {
            session.Charging?.NoteEndDecided();
        }
    }

    /// <summary>Takes up the sessions of a call that goes on after a restart.</summary>
    /// <param name="journaled">The sessions.</param>
    /// <param name="doubt">For how long it is not known whether the call still runs.</param>
    public void Continue(IReadOnlyList<JournaledSession> journaled, TimeSpan doubt)
    {
        foreach (JournaledSession session in journaled)
        {
            Restore(session);
        }

        _answered = journaled.Count;
        foreach (CallSession session in _sessions)
        {
            session.Charging?.Continue(doubt);
        }
    }

    /// <summary>
    /// Settles the sessions of a call that does not go on after a restart. Where one of them has written down the end, it is the end of all.
    /// </summary>
    public void Settle(IReadOnlyList<JournaledSession> journaled, DateTimeOffset lastSeen)
    {
        JournaledSession? ended = journaled.FirstOrDefault(session => session is { AnswerTime: not null, EndTime: not null });
        foreach (JournaledSession session in journaled)
        {
            ChargingSession restored = Restore(session);
            if (session.Stage != JournalRecordKind.Answered)
            {
                restored.Continue();
            }
            else if (ended is null)
            {
                restored.EndAsOf(lastSeen);
            }
            else
            {
                restored.EndAs(ended);
            }
        }
    }

    void ISessionOwner.OnGranted(ChargingSession charging)
    {
        CallSession session = Find(charging);
        NoteReply(session);
        if (_awaited > 0)
        {
            return;
        }

        if (session.IsBound)
        {
            _call.OnNextHopAuthorised();
        }
        else
        {
            _call.OnAuthorised();
        }
    }

    void ISessionOwner.OnRefused(ChargingSession charging, RefusalKind kind, string error)
    {
        lane.Log.CallRefused(charging, kind, error);
        CallSession session = Find(charging);
        NoteReply(session);
        if (session.IsBound)
        {
            DismissUntried();
            _call.OnNextHopRefused();
        }
        else
        {
            Dismiss();
            _call.OnRefused(kind);
        }
    }

    void ISessionOwner.OnEndCall(ChargingSession charging, in EndCause cause) => _call.EndByEdge(cause);

    void ISessionOwner.OnEndRecorded(ChargingSession charging) => _call.SendDueByes();

    int ISessionOwner.WriteState(ChargingSession charging, Span<byte> output) =>
        charging.AnswerTime is not null && _call.Dialog is { } dialog ? CallRecord.Write(dialog, _answered, output) : 0;

    void ISessionOwner.OnSettled(ChargingSession charging)
    {
        CallSession session = Find(charging);
        NoteReply(session);
        session.Charging = null;
        if (--_open == 0)
        {
            _call.OnSettled();
        }
    }

    private void Open(CallSession session, in SipMessage invite, ReadOnlySpan<byte> account, ReadOnlySpan<byte> destination)
    {
        EdgeSessionOptions options = session.Options;
        session.Open(lane.Sessions.Open(
            this,
            options.Profile,
            invite.CallId,
            options.Account is null ? account : options.Account,
            options.Destination is null ? destination : options.Destination,
            lane.WriteAttempt(invite),
            callClass: _call.Class));
        session.IsAwaited = true;
        _open++;
        _awaited++;
    }

    private void Ask()
    {
        foreach (CallSession session in _sessions)
        {
            // Where one is refused at once, the others are not asked any more.
            if (session.IsAwaited)
            {
                session.Charging?.Authorize(session.Options.IsAuthorized);
            }
        }
    }

    /// <summary>It is not waited for, any more.</summary>
    private void NoteReply(CallSession session)
    {
        _awaited -= session.IsAwaited ? 1 : 0;
        session.IsAwaited = false;
    }

    private CallSession Find(ChargingSession charging)
    {
        foreach (CallSession session in _sessions)
        {
            if (session.Charging == charging)
            {
                return session;
            }
        }

        throw new InvalidOperationException("The session belongs to another call.");
    }

    private ChargingSession Restore(JournaledSession journaled)
    {
        CallSession? session = _sessions.Find(session => session.Charging is null && session.Options.Profile.Tag == journaled.Profile.Tag);
        if (session is null)
        {
            session = new CallSession(new EdgeSessionOptions { Profile = journaled.Profile });
            _sessions.Add(session);
        }

        _open++;
        return session.Charging = lane.Sessions.Restore(this, session.Options.Profile, journaled);
    }
}
