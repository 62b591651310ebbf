namespace HotPath.Rpc;

/// <summary>Requests in order, linked through themselves. A request is in one list at most.</summary>
internal struct RequestList
{
    private PendingRequest? _first;
    private PendingRequest? _last;

    public readonly bool IsEmpty => _first is null;

    public void Add(PendingRequest request)
    {
        request.Next = null;
        request.Previous = _last;
        if (_last is null)
        {
            _first = request;
        }
        else
        {
            _last.Next = request;
        }

        _last = request;
    }

    public void Remove(PendingRequest request)
    {
        if (request.Previous is null)
        {
            _first = request.Next;
        }
        else
        {
            request.Previous.Next = request.Next;
        }

        if (request.Next is null)
        {
            _last = request.Previous;
        }
        else
        {
            request.Next.Previous = request.Previous;
        }

        request.Next = request.Previous = null;
    }

    /// <summary>Takes the first request out, or null.</summary>
    public PendingRequest? Take()
    {
        PendingRequest? first = _first;
        if (first is not null)
        {
            Remove(first);
        }

        return first;
    }

    /// <summary>Empties this list into a new one.</summary>
    public RequestList TakeAll()
    {
        RequestList all = this;
        this = default;
        return all;
    }
}
