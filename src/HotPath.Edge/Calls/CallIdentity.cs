using HotPath.Billing;

namespace HotPath.Edge;

/// <summary>What the charging session of a call was opened with, kept for the sessions of the other answers its INVITE may get. Pooled with
/// its call.</summary>
internal sealed class CallIdentity
{
    private byte[] _bytes = [];
    private int _originIdLength;
    private int _accountLength;
    private int _destinationLength;

    /// <summary>The call has no charging session.</summary>
    public bool IsEmpty => _originIdLength == 0;

    public ReadOnlySpan<byte> OriginId => _bytes.AsSpan(0, _originIdLength);

    public ReadOnlySpan<byte> Account => _bytes.AsSpan(_originIdLength, _accountLength);

    public ReadOnlySpan<byte> Destination => _bytes.AsSpan(_originIdLength + _accountLength, _destinationLength);

    public void Clear() => _originIdLength = _accountLength = _destinationLength = 0;

    /// <summary>Takes the identity of a session. Allocates only for one longer than any before.</summary>
    public void Set(ChargingSession session)
    {
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
