using System.Diagnostics;
using HotPath.Sip;

namespace HotPath.Load;

/// <summary>
/// One call of the sipp scenarios perf_uac.xml and perf_uas.xml, both of its ends: INVITE, 180, a pause, 200, ACK, the talk, BYE, 200.
/// Reused for one call after another.
/// </summary>
internal sealed class PhoneCall : ITimerHandler
{
    private const int RingMs = 50;

    private readonly Phones _phones;
    private readonly RepeatedMessage _request;
    private readonly RepeatedMessage _answer;
    private CallTally _tally = null!;
    private State _state;
    private TimerHandle _step;
    private long _sentAt;
    private int? _talkMs;
    private bool _hasArrived;
    private bool _isAcknowledged;
    private bool _isHungUp;
    private bool _isRepeated;

    public PhoneCall(Phones phones, int slot)
    {
        _phones = phones;
        Id = slot;
        _request = new RepeatedMessage(phones, phones.Caller, this);
        _answer = new RepeatedMessage(phones, phones.Callee, this);
    }

    /// <summary>What the caller has got to.</summary>
    private enum State
    {
        /// <summary>Over, or never begun.</summary>
        Idle,

        /// <summary>The INVITE waits for its final response.</summary>
        Calling,

        /// <summary>The ACK is sent, and kept in case the 200 comes again.</summary>
        Talking,

        /// <summary>The BYE waits for its response.</summary>
        HangingUp,
    }

    /// <summary>Which of this process's calls it is: the remainder by <see cref="Phones.MostCalls"/> is its slot.</summary>
    public long Id { get; private set; }

    /// <summary>Answered, and not hung up.</summary>
    public bool IsTalking => _state == State.Talking;

    /// <summary>The caller calls.</summary>
    /// <param name="talkMs">How long it waits with its BYE; <c>null</c>: until <see cref="HangUp"/>.</param>
    /// <param name="tally">Where it counts.</param>
    public void Begin(int? talkMs, CallTally tally)
    {
        _tally = tally;
        Id += Phones.MostCalls;
        _talkMs = talkMs;
        _state = State.Calling;
        _hasArrived = _isAcknowledged = _isHungUp = _isRepeated = false;
        _request.Keep(_phones.Messages.WriteInvite(Id, _request.Buffer));
        _sentAt = Stopwatch.GetTimestamp();
        _request.Send();
    }

    /// <summary>The caller sends BYE, if it talks.</summary>
    public void HangUp()
    {
        if (_state == State.Talking)
        {
            _state = State.HangingUp;
            PhoneMessages.TurnIntoBye(_request.Bytes);
            _request.Send();
        }
    }

    /// <summary>A message of either phone was not answered at all.</summary>
    public void GiveUp() => End(hasFailed: true);

    /// <summary>A message of either phone had to be sent again.</summary>
    public void NoteRepetition() => _isRepeated = true;

    /// <summary>The caller gets a response.</summary>
    public void OnResponse(in SipMessage response)
    {
        bool isOfInvite = response.CSeqMethod == SipMethod.Invite;
        if (isOfInvite && _state == State.Talking)
        {
            _isRepeated = true;
            _request.SendOnce();
        }
        else if (_state != (isOfInvite ? State.Calling : State.HangingUp))
        {
            _isRepeated = true;
        }
        else if (response.StatusCode < 200)
        {
            _request.Wait();
        }
        else if (response.StatusCode >= 300)
        {
            if (isOfInvite)
            {
                _request.Keep(_phones.Messages.WriteAckOfRejection(_request.Bytes, response, _request.Buffer));
                _request.SendOnce();
            }

            End(hasFailed: true);
        }
        else if (isOfInvite)
        {
            OnAnswered(response);
        }
        else
        {
            End(hasFailed: !_isAcknowledged || !_isHungUp);
        }
    }

    /// <summary>The callee gets a request.</summary>
    public void OnRequest(in SipMessage request)
    {
        switch (request.Method)
        {
            case SipMethod.Invite when !_hasArrived:
                _tally.Arrivals.Record(Stopwatch.GetTimestamp() - _sentAt);
                _hasArrived = true;
                _answer.Keep(_phones.Messages.WriteResponse(request, 180, Id, _answer.Buffer));
                _answer.SendOnce();
                _answer.Keep(_phones.Messages.WriteAnswer(request, Id, _answer.Buffer));
                _step = _phones.Timers.Arm(RingMs, this, kind: 0);
                break;
            case SipMethod.Ack when !_isAcknowledged:
                _isAcknowledged = true;
                _answer.Stop();
                _tally.Established++;
                break;
            case SipMethod.Bye when !_isHungUp:
                _isHungUp = true;
                _answer.Stop();
                break;
            default:
                _isRepeated = true;
                break;
        }
    }

    /// <summary>The callee answers, or the caller has talked enough.</summary>
    void ITimerHandler.OnTimer(int kind, long state)
    {
        if (_state == State.Calling)
        {
            _answer.Send();
        }
        else
        {
            HangUp();
        }
    }

    private void OnAnswered(in SipMessage response)
    {
        _request.Stop();
        _request.Keep(_phones.Messages.WriteAck(response, _request.Buffer));
        _request.SendOnce();
        _state = State.Talking;
        if (_talkMs is { } talkMs)
        {
            _step = _phones.Timers.Arm(talkMs, this, kind: 0);
        }
    }

    private void End(bool hasFailed)
    {
        _state = State.Idle;
        _request.Stop();
        _answer.Stop();
        _phones.Timers.Cancel(_step);
        _tally.NoteEnd(hasFailed, _isRepeated);
        _phones.Release(this);
    }
}
