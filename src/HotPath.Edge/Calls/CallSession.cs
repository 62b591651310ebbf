using HotPath.Billing;
using HotPath.Sip;

namespace HotPath.Edge;

/// <summary>
/// One of the billing sessions of a call. What it was opened with is kept for the other answers that the INVITE may get. Pooled with its call.
/// </summary>
internal sealed class CallSession(EdgeSessionOptions options)
{
    private byte[] _bytes = [];
    private int _originIdLength;
    private int _accountLength;
    private int _destinationLength;

    public EdgeSessionOptions Options => options;

    /// <summary>The session while it is not settled; <c>null</c>: it has not been opened, or is settled.</summary>
    public ChargingSession? Charging { get; set; }

    /// <summary>The engine is asked about it, and has not answered yet.</summary>
    public bool IsAwaited { get; set; }

    /// <summary>Its next hop was sent the INVITE.</summary>
    public bool IsTried { get; set; }

    /// <summary>Why its next hop did not serve; <c>null</c>: it has not failed.</summary>
    public EndCause? Failure { get; set; }

    /// <summary>It belongs to a next hop.</summary>
    public bool IsBound => options.Route is not null;

    /// <summary>It has been opened for this call; what follows is then known.</summary>
    public bool WasOpened => _originIdLength > 0;

    public ReadOnlySpan<byte> OriginId => _bytes.AsSpan(0, _originIdLength);

    public ReadOnlySpan<byte> Account => _bytes.AsSpan(_originIdLength, _accountLength);

    public ReadOnlySpan<byte> Destination => _bytes.AsSpan(_originIdLength + _accountLength, _destinationLength);

    /// <summary>It belongs to this next hop and no other.</summary>
    public bool IsBoundTo(in SipEndpoint nextHop) => options.Route is { } route && route.Endpoint == nextHop;

    /// <summary>It is charged if this next hop answers the call.</summary>
    public bool Serves(in SipEndpoint nextHop) => !IsBound || IsBoundTo(nextHop);

    public void Reset()
    {
        IsTried = false;
        Failure = null;
        _originIdLength = _accountLength = _destinationLength = 0;
    }

    /// <summary>Takes a session that was opened. Allocates only for an identity longer than any before.</summary>
    public void Open(ChargingSession session)
    {
        Charging = session;
        _originIdLength = session.OriginId.Length;
        _accountLength = session.Account.Length;
        _destinationLength = session.Destination.Length;
        int length = _originIdLength + _accountLength + _destinationLength;
        if (_bytes.Length < length)
        {
            _bytes = new byte[2 * length];
        }

        session.OriginId.CopyTo(_bytes);
        session.Account.CopyTo(_bytes.AsSpan(_originIdLength));
        session.Destination.CopyTo(_bytes.AsSpan(_originIdLength + _accountLength));
    }
}
