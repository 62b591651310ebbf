using HotPath.Sip;

namespace HotPath.Load;

/// <summary>
/// A message that is sent again until its answer has come, or for 64·T1, as RFC 3261 §17.1 and §13.3.1.4 have it: after T1, then after
/// twice as long each time, T2 at most. A phone keeps one for each call.
/// </summary>
internal sealed class RepeatedMessage(Phones phones, UdpListener phone, PhoneCall call) : ITimerHandler
{
    private const int MostBytes = 1_024;
    private const int T1Ms = 500;
    private const int T2Ms = 4_000;
    private const int GiveUpMs = 64 * T1Ms;

    private readonly byte[] _buffer = new byte[MostBytes];
    private int _length;
    private int _pauseMs;
    private int _waitedMs;
    private TimerHandle _timer;

    /// <summary>Where the message is written; <see cref="Keep"/> says how long it is.</summary>
    public Span<byte> Buffer => _buffer;

    /// <summary>The message.</summary>
    public Span<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>Takes over what was written to <see cref="Buffer"/>.</summary>
    public void Keep(int length) => _length = length;

    /// <summary>Sends it, without waiting for an answer.</summary>
    public void SendOnce() => phone.Send(phones.Edge, Bytes);

    /// <summary>Sends it, and again until <see cref="Stop"/>.</summary>
    public void Send()
    {
        SendOnce();
        _waitedMs = 0;
        Arm(T1Ms);
    }

    /// <summary>It has arrived, but the answer takes its time: it is not sent again, and waited for as long once more.</summary>
    public void Wait()
    {
        _waitedMs = GiveUpMs;
        Arm(GiveUpMs);
    }

    /// <summary>It is answered.</summary>
    public void Stop() => phones.Timers.Cancel(_timer);

    void ITimerHandler.OnTimer(int kind, long state)
    {
        if (_waitedMs >= GiveUpMs)
        {
            call.GiveUp();
            return;
        }

        call.NoteRepetition();
        SendOnce();
        Arm(Math.Min(Math.Min(_pauseMs * 2, T2Ms), GiveUpMs - _waitedMs));
    }

    private void Arm(int pauseMs)
    {
        phones.Timers.Cancel(_timer);
        _pauseMs = pauseMs;
        _waitedMs += pauseMs;
        _timer = phones.Timers.Arm(pauseMs, this, kind: 0);
    }
}
