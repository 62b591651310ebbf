using System.Numerics;

namespace HotPath.Rpc;

/// <summary>
/// The requests in flight on one connection, by id. Ids count up from 1 to 2³¹−1 and round again, also across reconnects; the low
/// bits of an id are its slot, the others the slot's generation. An id comes again only after two thousand million others, so a late reply never meets
/// another request.
/// </summary>
internal sealed class RequestTable
{
    /// <summary>An unmatched id this close behind the newest belongs to a request that was given up.</summary>
    private const int LateDistance = 1 << 24;

    private readonly PendingRequest?[] _slots;
    private int _lastId;

    /// <param name="capacity">Most requests in flight.</param>
    /// <param name="lastId">The id before the first.</param>
    public RequestTable(int capacity, int lastId = 0)
    {
        Capacity = capacity;
        _lastId = lastId;

        // Twice the room: a free slot is near wherever the count stands.
        _slots = new PendingRequest?[BitOperations.RoundUpToPowerOf2((uint)capacity * 2)];
    }

    public int Capacity { get; }

    public int Count { get; private set; }

    public bool IsFull => Count == Capacity;

    /// <summary>Enters a request under a new id. The table must not be full.</summary>
    public void Add(PendingRequest request)
    {
        int id = _lastId;
        do
        {
            id = id == int.MaxValue ? 1 : id + 1;
        }
        while (SlotOf(id) is not null);

        _lastId = id;
        request.Id = id;
        SlotOf(id) = request;
        Count++;
    }

    /// <summary>Takes the request with this id out, or null.</summary>
    public PendingRequest? Take(int id)
    {
        ref PendingRequest? slot = ref SlotOf(id);
        PendingRequest? request = slot;
        if (request is null || request.Id != id)
        {
            return null;
        }

        slot = null;
        request.Id = 0;
        Count--;
        return request;
    }

    /// <summary>Takes any request out, or null: <paramref name="cursor"/> goes from 0 up.</summary>
    public PendingRequest? TakeAny(ref int cursor)
    {
        PendingRequest? request = Next(ref cursor);
        return request is null ? null : Take(request.Id);
    }

    /// <summary>The next request of a walk over all of them, or null: <paramref name="cursor"/> goes from 0 up. The one handed out may be taken.</summary>
    public PendingRequest? Next(ref int cursor)
    {
        while (cursor < _slots.Length)
        {
            if (_slots[cursor++] is { } request)
            {
                return request;
            }
        }

        return null;
    }

    /// <summary>An id without a request belongs to one that was given up, as far as can be told; otherwise it is nobody's.</summary>
    public bool WasGivenOut(int id)
    {
        int distance = _lastId - id;
        return (distance >= 0 ? distance : distance + int.MaxValue) < LateDistance;
    }

    private ref PendingRequest? SlotOf(int id) => ref _slots[id & (_slots.Length - 1)];
}
