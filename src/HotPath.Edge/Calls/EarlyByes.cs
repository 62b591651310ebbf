using HotPath.Sip;

namespace HotPath.Edge;

/// <summary>
/// The last BYEs that callees sent before their 2xx had come by: a call that is answered then is over already. RFC 3261 §15 forbids a callee
/// to hang up before the ACK, but where one does and its 2xx was lost or overtaken, no other BYE would follow and the call run to its limit.
/// Holds a fixed number, the oldest giving way; allocates nothing. One lane's.
/// </summary>
internal sealed class EarlyByes(KeyedTag tags)
{
    private const int Most = 64;

    private readonly ulong[] _dialogs = new ulong[Most];
    private readonly int[] _q850Causes = new int[Most];
    private int _next;
    private long _forgetAtMs = long.MinValue;

    /// <summary>A BYE arrived in a dialog that is not answered, or not known.</summary>
    /// <param name="bye">The BYE.</param>
    /// <param name="nowMs">When.</param>
    public void Note(in SipMessage bye, long nowMs)
    {
        _dialogs[_next] = tags.Hash(bye.CallId, bye.FromTag, bye.ToTag);
        _q850Causes[_next] = ReasonHeader.Q850CauseOf(bye);
        _next = (_next + 1) % Most;

        // A callee repeats a 2xx for 64·T1 (§13.3.1.4).
        _forgetAtMs = nowMs + SipTimers.Default.GiveUpMs;
    }

    /// <summary>Whether the callee had hung up before this 2xx.</summary>
    /// <param name="success">The first 2xx of a dialog.</param>
    /// <param name="nowMs">When it arrived.</param>
    /// <param name="q850Cause">The Q.850 cause in the BYE's Reason header; 0: it had none.</param>
    public bool Precede(in SipMessage success, long nowMs, out int q850Cause)
    {
        int index = nowMs < _forgetAtMs ? _dialogs.AsSpan().IndexOf(tags.Hash(success.CallId, success.ToTag, success.FromTag)) : -1;
        q850Cause = index < 0 ? 0 : _q850Causes[index];
        return index >= 0;
    }
}
