using System.Numerics;

namespace HotPath.Rpc;

/// <summary>
/// The deadlines of requests without a timer object each: a wheel of buckets, one per tick, linked through the requests. Adding and removing cost
/// the same however many there are. A request is handed out at its time or up to one tick later, never sooner.
/// </summary>
internal sealed class DeadlineWheel
{
    /// <summary>Length of a tick; the precision of a deadline.</summary>
    public const int TickMs = 10;

    private const int BucketCount = 1024; // 10.24 s a round; what is due later stays in its bucket for more rounds.

    private readonly PendingRequest?[] _buckets = new PendingRequest?[BucketCount];
    private readonly ulong[] _occupied = new ulong[BucketCount / 64];
    private long _tick;
    private int _count;

    /// <param name="nowMs">What the clock shows.</param>
    public DeadlineWheel(long nowMs) => _tick = nowMs / TickMs;

    /// <summary>Puts a request in, or moves it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="dueMs">When it is due.</param>
    public void Set(PendingRequest request, long dueMs)
    {
        Remove(request);
        request.DueTick = Math.Max((dueMs + TickMs - 1) / TickMs, _tick + 1);
        int index = IndexOf(request.DueTick);
        ref PendingRequest? bucket = ref _buckets[index];
        request.DueNext = bucket;
        request.DuePrevious = null;
        if (bucket is not null)
        {
            bucket.DuePrevious = request;
        }

        bucket = request;
        _occupied[index / 64] |= 1UL << index;
        _count++;
    }

    /// <summary>Takes a request out, if it is in.</summary>
    public void Remove(PendingRequest request)
    {
        if (request.DueTick == 0)
        {
            return;
        }

        int index = IndexOf(request.DueTick);
        if (request.DuePrevious is null)
        {
            _buckets[index] = request.DueNext;
            if (request.DueNext is null)
            {
                _occupied[index / 64] &= ~(1UL << index);
            }
        }
        else
        {
            request.DuePrevious.DueNext = request.DueNext;
        }

        if (request.DueNext is not null)
        {
            request.DueNext.DuePrevious = request.DuePrevious;
        }

        request.DueNext = request.DuePrevious = null;
        request.DueTick = 0;
        _count--;
    }

    /// <summary>Takes one request out that is due, or null: call it until then.</summary>
    public PendingRequest? TakeDue(long nowMs)
    {
        long now = nowMs / TickMs;
        if (_count == 0)
        {
            _tick = Math.Max(_tick, now);
            return null;
        }

        while (true)
        {
            for (PendingRequest? request = _buckets[IndexOf(_tick)]; request is not null; request = request.DueNext)
            {
                if (request.DueTick <= _tick)
                {
                    Remove(request);
                    return request;
                }
            }

            if (_tick >= now)
            {
                return null;
            }

            _tick++;
        }
    }

    /// <summary>When <see cref="TakeDue"/> may next have something, or -1: never. May be early, never late.</summary>
    public long NextDueMs()
    {
        if (_count == 0)
        {
            return -1;
        }

        int start = IndexOf(_tick + 1);
        for (int step = 0; step <= _occupied.Length; step++)
        {
            int word = (start / 64 + step) % _occupied.Length;
            ulong bits = _occupied[word];
            if (step == 0)
            {
                bits &= ulong.MaxValue << start;
            }

            if (bits != 0)
            {
                int index = word * 64 + BitOperations.TrailingZeroCount(bits);
                return (_tick + 1 + ((index - start) & (BucketCount - 1))) * TickMs;
            }
        }

        return (_tick + 1) * TickMs;
    }

    private static int IndexOf(long tick) => (int)(tick & (BucketCount - 1));
}
