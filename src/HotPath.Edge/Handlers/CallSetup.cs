namespace HotPath.Edge;

/// <summary>What a handler may see and change of a call before it goes on, kept while the handler waits.</summary>
internal sealed class CallSetup
{
    private const int LongestUser = 128;

    private readonly byte[] _account = new byte[LongestUser];
    private readonly byte[] _destination = new byte[LongestUser];
    private byte[] _callId = new byte[LongestUser];
    private int _accountLength;
    private int _destinationLength;
    private int _callIdLength;

    public ReadOnlySpan<byte> CallId => _callId.AsSpan(0, _callIdLength);

    public ReadOnlySpan<byte> Account => _account.AsSpan(0, _accountLength);

    public ReadOnlySpan<byte> Destination => _destination.AsSpan(0, _destinationLength);

    public void Set(ReadOnlySpan<byte> callId, ReadOnlySpan<byte> account, ReadOnlySpan<byte> destination)
    {
        if (callId.Length > _callId.Length)
        {
            _callId = new byte[callId.Length];
        }

        callId.CopyTo(_callId);
        _callIdLength = callId.Length;
        destination.CopyTo(_destination);
        _destinationLength = destination.Length;
        SetAccount(account);
    }

    public void SetAccount(ReadOnlySpan<byte> account)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(account.Length, LongestUser, nameof(account));
        account.CopyTo(_account);
        _accountLength = account.Length;
    }
}
