using HotPath.Commands;

namespace HotPath.Rpc;

/// <summary>What other threads want of a client, until its owner takes it: requests they send, and requests they give up. Any thread.</summary>
/// <param name="client">The client.</param>
/// <param name="wake">Has the owner take it.</param>
/// <param name="maxSafe">So many requests in here, and those that may be refused for being too many are.</param>
internal sealed class RequestInbox(EngineClient client, Action? wake, int maxSafe)
{
    private readonly Lock _lock = new();
    private RequestList _requests;
    private int _count;
    private Cancellation[] _cancellations = new Cancellation[16];
    private int _cancellationCount;
    private bool _isClosed;

    private bool IsEmpty => _count == 0 && _cancellationCount == 0;

    /// <summary>Puts a request in.</summary>
    /// <exception cref="ObjectDisposedException">The client is closed.</exception>
    public void Add(PendingRequest request)
    {
        bool isFirst;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isClosed, client);
            isFirst = IsEmpty;
            _requests.Add(request);
            if (++_count > maxSafe && request.Repeat == RepeatClass.Safe)
            {
                request.Failure = RpcStatus.Overloaded;
            }
        }

        Wake(isFirst);
    }

    /// <summary>Has a request given up, wherever it is then.</summary>
    public void Add(Cancellation cancellation)
    {
        bool isFirst;
        lock (_lock)
        {
            if (_isClosed)
            {
                return;
            }

            isFirst = IsEmpty;
            if (_cancellationCount == _cancellations.Length)
            {
                Array.Resize(ref _cancellations, _cancellationCount * 2);
            }

            _cancellations[_cancellationCount++] = cancellation;
        }

        Wake(isFirst);
    }

    /// <summary>Gives up what is to be given up, and takes all requests out. Only the owner.</summary>
    public RequestList TakeAll()
    {
        lock (_lock)
        {
            // Under the lock, so that a request sent meanwhile is not taken for one of these.
            for (int i = 0; i < _cancellationCount; i++)
            {
                (PendingRequest request, long generation) = _cancellations[i];
                if (request.Generation == generation)
                {
                    client.GiveUp(request);
                }
            }

            Array.Clear(_cancellations, 0, _cancellationCount);
            _cancellationCount = 0;
            _count = 0;
            return _requests.TakeAll();
        }
    }

    /// <summary>Takes nothing any more; what was in it comes out.</summary>
    public RequestList Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            _cancellationCount = 0;
            return _requests.TakeAll();
        }
    }

    private void Wake(bool isFirst)
    {
        if (isFirst)
        {
            wake?.Invoke();
        }
    }
}
