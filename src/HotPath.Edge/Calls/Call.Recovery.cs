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

    /// <summary>
    /// Begins with what an earlier edge left of a call: its sessions to which something is owed. If the call ran with all it was answered
    /// with, it goes on or ends by configuration; what was not settled is, and both sides are told of an end that they may not have heard of.
    /// </summary>
    /// <param name="journaled">The sessions.</param>
    /// <param name="lastSeen">That edge's last sign of life.</param>
    public void Recover(IReadOnlyList<JournaledSession> journaled, DateTimeOffset lastSeen)
    {
        Reset(CallState.Answered);
        _isRestored = _ackSeen = true;
        JournaledSession newest = journaled.MaxBy(session => session.Sequence)!;
        _dialog = lane.Dialogs.Restore(CallRecord.DialogOf(newest));
        _dialog?.Owner = this;
        Class = newest.CallClass;

        // A call for help goes on whatever is configured.
        bool resumes = Class == CallClass.Emergency || (lane.Options.Journal is { ResumesCalls: true } && journaled.Count >= CallRecord.CountOf(newest));
        if (resumes && journaled.All(session => session is { Stage: JournalRecordKind.Answered, IsEndDecided: false }))
        {
            TimeSpan left = lane.Options.MaxDurationOf(Class) - (lane.UtcNow - (newest.AnswerTime ?? newest.SetupTime));
            _limit = lane.Timers.Arm(Math.Max(0, (long)left.TotalMilliseconds), this, MaxDurationTimer);
            _sessions.Continue(journaled, s_doubtAfterRestart);
            ArmSessionTimer();
            return;
        }

        _end = EndCause.EdgeRestart;
        _sessions.Settle(journaled, lastSeen);

        // For 64·T1 from the end its BYEs may still have been on their way, or not have left at all.
        DateTimeOffset heard = lastSeen.AddMilliseconds(-SipTimers.Default.GiveUpMs);
        if (journaled.All(session => session.Stage == JournalRecordKind.Terminated && session.EndTime < heard))
        {
            Finish(_end);
        }
        else
        {
            SendByes();
        }

        if (_dialog is null)
        {
            // Nothing of the call is left but its sessions.
            lane.Timers.Cancel(_linger);
            ReleaseIfDone();
        }
    }
}
