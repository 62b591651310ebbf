using HotPath.Sip;

namespace HotPath.Edge;

/// <summary>
/// Brings what arrives on one lane's sockets to the lane it belongs to, by a hash of its Call-ID: whatever concerns a call, from whichever
/// side, has the same. What belongs to another lane is copied into that lane's inbox; a new request for which it has no room is answered
/// 503 here. Lives on its lane's thread.
/// </summary>
/// <param name="own">Index of the lane whose sockets these are.</param>
/// <param name="lane">That lane.</param>
/// <param name="inboxes">The inboxes of all lanes.</param>
internal sealed class LaneRouter(int own, Lane lane, LaneInbox[] inboxes) : ISipReceiver
{
    private readonly SipMessageIndex _index = new();

    /// <inheritdoc/>
    public void OnMessage(int listener, in SipEndpoint source, ReadOnlySpan<byte> message)
    {
        if (inboxes.Length == 1)
        {
            lane.OnMessage(listener, source, message);
            return;
        }

        SipParseResult parsed = SipParser.Parse(message, _index, lane.Options.SipLimits);
        SipMessage view = new(message, _index);
        int target = parsed.IsOk ? LaneOf(view.CallId, inboxes.Length) : own;
        if (target == own)
        {
            lane.OnParsed(listener, source, view, parsed);
            return;
        }

        bool isNewWork = view.IsRequest && view.ToTag.IsEmpty && view.Method is not (SipMethod.Ack or SipMethod.Cancel) && !lane.IsEmergency(view);
        if (!inboxes[target].TryPut(listener, source, message, isNewWork, isNewWork && lane.IsBehind()) && isNewWork)
        {
            lane.RefuseForOverload(listener, source, view);
        }
    }

    /// <summary>The lane of a call.</summary>
    public static int LaneOf(ReadOnlySpan<byte> callId, int lanes)
    {
        HashCode hash = default;
        hash.AddBytes(callId);
        return (int)((uint)hash.ToHashCode() % (uint)lanes);
    }
}
