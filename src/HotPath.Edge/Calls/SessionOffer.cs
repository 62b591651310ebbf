using HotPath.Sip;

namespace HotPath.Edge;

/// <summary>
/// What a session refresh request (INVITE or UPDATE) proposes for the session timer as it goes on from here, and what its 2xx settles: RFC
/// 4028 §8 as a proxy keeps it. An interval is proposed where the requester proposes none. Neither end is ever required to know timers:
/// one that does not ignores the proposal, and where neither does, there is no timer.
/// </summary>
internal readonly struct SessionOffer
{
    private static readonly uint s_shortest = (uint)EdgeOptions.MinSessionExpires.TotalSeconds;

    private static readonly SipHeaderSet s_replaced = new(SipHeaderId.SessionExpires, SipHeaderId.MinSE);

    private readonly uint _interval;
    private readonly bool _isRequesterAble;
    private readonly bool _isProposed;
    private readonly bool _isRaised;

    private SessionOffer(uint interval, bool isRequesterAble, bool isProposed, bool isRaised)
    {
        _interval = interval;
        _isRequesterAble = isRequesterAble;
        _isProposed = isProposed;
        _isRaised = isRaised;
    }

    /// <summary>The header line that goes with a 422: the shortest interval that passes here.</summary>
    public static ReadOnlySpan<byte> MinSELine => "Min-SE: 90\r\n"u8;

    /// <summary>Header fields of the request that <see cref="AppendHeaders"/> writes anew.</summary>
    public SipHeaderSet RemovedHeaders => _isRaised ? s_replaced : default;

    /// <summary>Reads what a request proposes.</summary>
    /// <param name="request">An INVITE or UPDATE.</param>
    /// <param name="proposal">The interval to propose where it proposes none, seconds; 0: leave it at that.</param>
    /// <param name="offer">What goes on.</param>
    /// <returns><c>false</c> if its interval is too short: it is answered 422 (§8.1), and the requester proposes a longer one.</returns>
    public static bool TryRead(in SipMessage request, uint proposal, out SessionOffer offer)
    {
        bool isAble = request.ContainsToken(SipHeaderId.Supported, "timer"u8);
        if (request.Has(SipHeaderId.SessionExpires))
        {
            // One that cannot be read is left for the callee to judge.
            uint interval = ReadSeconds(request, SipHeaderId.SessionExpires);
            bool isShort = interval > 0 && interval < s_shortest;
            offer = new SessionOffer(isShort ? s_shortest : interval, isAble, isProposed: isShort, isRaised: isShort);
            return !(isShort && isAble);
        }

        uint proposed = proposal == 0 ? 0 : Math.Max(proposal, ReadSeconds(request, SipHeaderId.MinSE));
        offer = new SessionOffer(proposed, isAble, isProposed: proposed > 0, isRaised: false);
        return true;
    }

    /// <summary>
    /// The callee finds too short what was proposed here (422, §6), and the requester, which knows no timers, can do nothing about it: a
    /// longer interval has to be proposed.
    /// </summary>
    /// <param name="response">The 422.</param>
    /// <param name="proposal">The interval that the callee accepts, seconds.</param>
    public bool IsTooShortFor(in SipMessage response, out uint proposal)
    {
        proposal = ReadSeconds(response, SipHeaderId.MinSE);
        return _isProposed && !_isRaised && !_isRequesterAble && proposal > _interval;
    }

    /// <summary>Writes the header lines to add to the request.</summary>
    public void AppendHeaders(ref SipWriter writer)
    {
        if (_isProposed)
        {
            AppendInterval(ref writer, ""u8);
            if (_isRaised)
            {
                writer.Append(MinSELine);
            }
        }
    }

    /// <summary>
    /// Takes the request's 2xx. Where the callee knows no timers but the requester does, the requester is told to refresh (§8.2). Where
    /// the requester knows none and the callee does not say that it will refresh, nobody would: such a session has no timer.
    /// </summary>
    /// <param name="response">The 2xx.</param>
    /// <param name="writer">Gets the header lines to add to it.</param>
    /// <returns>The interval that holds from now on, seconds; 0: the session has no timer.</returns>
    public uint Settle(in SipMessage response, ref SipWriter writer)
    {
        if (response.Has(SipHeaderId.SessionExpires))
        {
            bool isRead = SipSessionExpires.TryParse(response.Find(SipHeaderId.SessionExpires), out SipSessionExpires agreed);
            uint interval = isRead && (_isRequesterAble || agreed.Refresher == SipRefresher.Uas) ? agreed.Seconds : 0;
            return interval == 0 ? 0 : Math.Max(interval, s_shortest);
        }

        if (!_isRequesterAble || _interval == 0)
        {
            return 0;
        }

        AppendInterval(ref writer, ";refresher=uac"u8);
        return _interval;
    }

    private void AppendInterval(ref SipWriter writer, ReadOnlySpan<byte> parameters)
    {
        writer.Append("Session-Expires: "u8);
        writer.AppendNumber(_interval);
        writer.Append(parameters);
        writer.Append("\r\n"u8);
    }

    /// <summary>The interval of Session-Expires or Min-SE; 0 if there is none that can be read.</summary>
    private static uint ReadSeconds(in SipMessage message, SipHeaderId id) =>
        SipDeltaSeconds.TryParse(message.Find(id), out SipDeltaSeconds interval) ? interval.Seconds : 0;
}
