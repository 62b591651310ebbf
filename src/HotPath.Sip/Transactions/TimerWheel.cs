using System.Numerics;

namespace HotPath.Sip;

/// <summary>
/// A lane's timers: a hierarchical wheel with millisecond ticks on a monotonic clock that the owner passes in. Arming and cancelling
/// take constant time; timers fire in the order of their due times, those of one millisecond in the order in which they were armed.
/// One thread only. Allocates only when more timers are armed at once than ever before.
/// </summary>
/// <remarks>
/// Eight levels of 64 buckets: a bucket of level n spans 64ⁿ milliseconds, so that the levels together reach 8,900 years and no timer
/// needs a list of its own. A timer is kept on the level of the highest base-64 digit in which its due time differs from the wheel's
/// position, and moves to lower levels as the position enters its bucket. All timers that can fall into a bucket of a lower level are
/// therefore moved there before any is armed there directly, which keeps every bucket in order of arming.
/// </remarks>
public sealed class TimerWheel
{
    private const int Levels = 8;
    private const int BucketBits = 6;
    private const int BucketsPerLevel = 1 << BucketBits;
    private const int None = -1;
    private const long LastTick = (1L << (Levels * BucketBits)) - 1;

    private readonly int[] _heads = new int[Levels * BucketsPerLevel];
    private readonly int[] _tails = new int[Levels * BucketsPerLevel];
    private readonly ulong[] _occupied = new ulong[Levels];
    private Timer[] _timers;
    private int _free;

    // Trails NowMs while Advance works its way forward; equal to it otherwise.
    private long _position;

    /// <summary>An empty wheel.</summary>
    /// <param name="nowMs">The clock's present value, milliseconds, not negative.</param>
    /// <param name="capacity">Timers it holds before it grows, at least 1.</param>
    public TimerWheel(long nowMs = 0, int capacity = 1024)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(nowMs);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        NowMs = _position = Math.Min(nowMs, LastTick);
        _heads.AsSpan().Fill(None);
        _tails.AsSpan().Fill(None);
        _timers = [];
        _free = None;
        Grow(capacity);
    }

    /// <summary>The clock's value at the last <see cref="Advance"/>, milliseconds; delays count from it.</summary>
    public long NowMs { get; private set; }

    /// <summary>Timers armed now.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// When <see cref="Advance"/> next has something to do, milliseconds on the wheel's clock; <see cref="long.MaxValue"/> if no timer is
    /// armed. Never later than the first due timer; earlier if that one is far and first has to move to a finer level.
    /// </summary>
    public long NextDueMs => TryFindNext(out _, out long atMs) ? atMs : long.MaxValue;

    /// <summary>Arms a timer.</summary>
    /// <param name="delayMs">Milliseconds from <see cref="NowMs"/>; less than 1 counts as 1, so that a handler cannot keep
    /// <see cref="Advance"/> from ending.</param>
    /// <param name="handler">Whom to tell.</param>
    /// <param name="kind">Passed to the handler.</param>
    /// <param name="state">Passed to the handler.</param>
    public TimerHandle Arm(long delayMs, ITimerHandler handler, int kind, long state = 0)
    {
        if (_free == None)
        {
            Grow(_timers.Length * 2);
        }

        int slot = _free;
        ref Timer timer = ref _timers[slot];
        _free = timer.Next;
        timer.DueMs = delayMs >= LastTick - NowMs ? LastTick : NowMs + Math.Max(delayMs, 1);
        timer.Handler = handler;
        timer.Kind = kind;
        timer.State = state;
        Append(slot, ref timer);
        Count++;
        return new TimerHandle(slot, timer.Generation);
    }

    /// <summary>Disarms a timer.</summary>
    /// <returns>False if it has fired, was cancelled before, or never was.</returns>
    public bool Cancel(TimerHandle handle)
    {
        if ((uint)handle.Slot >= (uint)_timers.Length)
        {
            return false;
        }

        ref Timer timer = ref _timers[handle.Slot];
        if (timer.Handler is null || timer.Generation != handle.Generation)
        {
            return false;
        }

        Unlink(ref timer);
        Release(handle.Slot, ref timer);
        return true;
    }

    /// <summary>
    /// Moves the clock forward and fires what is due. Timers armed by the handlers fire in a later call at the earliest. A clock that
    /// has not moved, or moved back, changes nothing.
    /// </summary>
    /// <param name="nowMs">The clock's present value, milliseconds.</param>
    /// <returns>How many timers fired.</returns>
    public int Advance(long nowMs)
    {
        if (nowMs <= NowMs)
        {
            return 0;
        }

        NowMs = Math.Min(nowMs, LastTick);
        int fired = 0;
        while (TryFindNext(out int bucket, out long atMs) && atMs <= NowMs)
        {
            _position = atMs;
            if (bucket < BucketsPerLevel)
            {
                fired += Fire(bucket);
            }
            else
            {
                MoveToFinerLevels(bucket);
            }
        }

        _position = NowMs;
        return fired;
    }

    private int Fire(int bucket)
    {
        int fired = 0;
        while (_heads[bucket] is int slot and not None)
        {
            ref Timer timer = ref _timers[slot];
            ITimerHandler handler = timer.Handler!;
            int kind = timer.Kind;
            long state = timer.State;
            Unlink(ref timer);
            Release(slot, ref timer);
            fired++;

            // The handler may arm and cancel: nothing read before this call holds after it.
            handler.OnTimer(kind, state);
        }

        return fired;
    }

    private void MoveToFinerLevels(int bucket)
    {
        int slot = _heads[bucket];
        _heads[bucket] = _tails[bucket] = None;
        _occupied[bucket >> BucketBits] &= ~(1UL << (bucket & (BucketsPerLevel - 1)));
        while (slot != None)
        {
            ref Timer timer = ref _timers[slot];
            int next = timer.Next;
            Append(slot, ref timer);
            slot = next;
        }
    }

    // The first bucket in time that holds a timer. On a finer level everything lies before anything on a coarser one.
    private bool TryFindNext(out int bucket, out long atMs)
    {
        for (int level = 0; level < Levels; level++)
        {
            int shift = level * BucketBits;
            int index = (int)(_position >> shift) & (BucketsPerLevel - 1);
            ulong ahead = _occupied[level] & (ulong.MaxValue << index);
            if (ahead != 0)
            {
                int next = BitOperations.TrailingZeroCount(ahead);
                bucket = (level << BucketBits) | next;
                atMs = (((_position >> shift) & -BucketsPerLevel) | (long)next) << shift;
                return true;
            }
        }

        bucket = None;
        atMs = long.MaxValue;
        return false;
    }

    private void Append(int slot, ref Timer timer)
    {
        int level = BitOperations.Log2((ulong)(timer.DueMs ^ _position) | 1) / BucketBits;
        int bucket = (level << BucketBits) | ((int)(timer.DueMs >> (level * BucketBits)) & (BucketsPerLevel - 1));
        int tail = _tails[bucket];
        timer.Bucket = bucket;
        timer.Previous = tail;
        timer.Next = None;
        _tails[bucket] = slot;
        if (tail == None)
        {
            _heads[bucket] = slot;
            _occupied[level] |= 1UL << (bucket & (BucketsPerLevel - 1));
        }
        else
        {
            _timers[tail].Next = slot;
        }
    }

    private void Unlink(ref Timer timer)
    {
        int bucket = timer.Bucket;
        if (timer.Previous == None)
        {
            _heads[bucket] = timer.Next;
        }
        else
        {
            _timers[timer.Previous].Next = timer.Next;
        }

        if (timer.Next == None)
        {
            _tails[bucket] = timer.Previous;
        }
        else
        {
            _timers[timer.Next].Previous = timer.Previous;
        }

        if (_heads[bucket] == None)
        {
            _occupied[bucket >> BucketBits] &= ~(1UL << (bucket & (BucketsPerLevel - 1)));
        }
    }

    private void Release(int slot, ref Timer timer)
    {
        timer.Handler = null;
        timer.Generation = timer.Generation == uint.MaxValue ? 1 : timer.Generation + 1;
        timer.Next = _free;
        _free = slot;
        Count--;
    }

    private void Grow(int capacity)
    {
        int old = _timers.Length;
        Array.Resize(ref _timers, capacity);
        for (int slot = capacity - 1; slot >= old; slot--)
        {
            _timers[slot].Generation = 1;
            _timers[slot].Next = _free;
            _free = slot;
        }
    }

    private struct Timer
    {
        public long DueMs;
        public long State;
        public ITimerHandler? Handler;
        public int Kind;
        public uint Generation;
        public int Bucket;
        public int Previous;
        public int Next;
    }
}
