using HotPath.Billing;
using HotPath.Sip;

namespace HotPath.Edge;

/// <summary>What the journal keeps of a call, and how it goes on after a restart.</summary>
internal sealed partial class Call
{
    /// <summary>How far the CSeq of a BYE lies above the last one that was recorded: requests may have passed since.</summary>
    private const uint RestoredCSeqStep = 1000;

    /// <summary>
    /// A phone that hung up while nobody ran repeats its BYE with pauses of T2 at most; the rest is for the BYE's way. A limit that is reached
    /// by then is one that may have been over, as the call may.
    /// </summary>
    private static readonly TimeSpan s_doubtAfterRestart = TimeSpan.FromMilliseconds(SipTimers.Default.T2Ms + SipTimers.Default.T1Ms);

    private bool _isRestored;
    private bool _byesDue;

    int ISessionOwner.WriteState(ChargingSession session, Span<byte> output) =>
        _dialog is not null && _dialog.TryWriteRecord(output, out int written) ? written : 0;

    void ISessionOwner.OnEndRecorded(ChargingSession session) => SendDueByes();

    /// <summary>
    /// Begins with a session of an earlier edge. If its call ran, it goes on or ends by configuration; what was not settled is, and both
    /// sides are told of an end that they may not have heard of.
    /// </summary>
    /// <param name="journaled">The session.</param>
    /// <param name="lastSeen">That edge's last sign of life.</param>
    public void Recover(JournaledSession journaled, DateTimeOffset lastSeen)
    {
        Reset(CallState.Answered);
        _isRestored = _ackSeen = true;
        _dialog = lane.Dialogs.Restore(journaled.OwnerState.Span);
        _dialog?.Owner = this;
        ChargingSession session = _session = lane.Sessions.Restore(this, lane.Options.Charging, journaled);
        _class = journaled.CallClass;

        // A call for help goes on whatever is configured.
        bool resumes = _class == CallClass.Emergency || lane.Options.Journal is { ResumesCalls: true };
        if (resumes && journaled is { Stage: JournalRecordKind.Answered, IsEndDecided: false })
        {
            TimeSpan left = lane.Options.MaxDurationOf(_class) - (lane.Sessions.UtcNow - (journaled.AnswerTime ?? journaled.SetupTime));
            _limit = lane.Timers.Arm(Math.Max(0, (long)left.TotalMilliseconds), this, MaxDurationTimer);
            session.Continue(s_doubtAfterRestart);
            ArmSessionTimer();
            return;
        }

        _end = EndCause.EdgeRestart;
        if (journaled.Stage == JournalRecordKind.Answered)
        {
            session.EndAsOf(lastSeen);
        }
        else
        {
            session.Continue();
        }

        if (journaled.Stage == JournalRecordKind.Terminated)
        {
            Finish(_end);
        }
        else
        {
            SendByes();
        }

        if (_dialog is null)
        {
            // Nothing of the call is left but its session.
            lane.Timers.Cancel(_linger);
            ReleaseIfDone();
        }
    }
}
