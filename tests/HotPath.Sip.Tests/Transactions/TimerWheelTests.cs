using HotPath.Testing;

namespace HotPath.Sip.Tests;

/// <summary>
/// Timers fire once, never early, in the order of due time and then of arming, whatever the distance; a cancelled timer and a stale
/// handle do nothing; nothing is allocated once the wheel has grown.
/// </summary>
public sealed class TimerWheelTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(4_095)]
    [InlineData(4_096)]
    [InlineData(32_000)]
    [InlineData(181_000)]
    [InlineData(86_400_000)]
    [InlineData(40_000_000_000)]
    public void A_timer_fires_at_its_millisecond_and_not_before(long delayMs)
    {
        foreach (long startMs in new long[] { 0, 63, 4_095, 1_234_567, (1L << 36) - 1 })
        {
            var wheel = new TimerWheel(startMs);
            var log = new FiringLog(wheel);
            wheel.Arm(delayMs, log, 7, 42);

            wheel.Advance(startMs + delayMs - 1);
            Assert.Empty(log.Fired);
            Assert.Equal(1, wheel.Advance(startMs + delayMs));
            Assert.Equal([(7, 42L, startMs + delayMs)], log.Fired);
            Assert.Equal(0, wheel.Count);
            Assert.Equal(long.MaxValue, wheel.NextDueMs);
        }
    }

    [Fact]
    public void Following_the_next_due_time_reaches_every_timer_exactly_on_time()
    {
        var wheel = new TimerWheel(nowMs: 987_654);
        var log = new FiringLog(wheel);
        foreach (long delayMs in new long[] { 500, 1, 32_000, 250_000, 64, 4_096 })
        {
            wheel.Arm(delayMs, log, 0, wheel.NowMs + delayMs);
        }

        int wakes = 0;
        while (wheel.NextDueMs != long.MaxValue)
        {
            wheel.Advance(wheel.NextDueMs);
            wakes++;
        }

        Assert.Equal(6, log.Fired.Count);
        Assert.All(log.Fired, fired => Assert.Equal(fired.State, fired.AtMs));
        Assert.InRange(wakes, 6, 6 * 8);
    }

    [Fact]
    public void Against_a_sorted_list_random_arming_and_cancelling_gives_the_same_firings_in_the_same_order()
    {
        var random = new Random(20261);
        var wheel = new TimerWheel(nowMs: 5_000, capacity: 1);
        var log = new FiringLog(wheel);
        var expected = new List<(long DueMs, long Id)>();
        var armed = new Dictionary<long, TimerHandle>();
        var order = new List<long>();
        long id = 0;
        for (int step = 0; step < 4_000; step++)
        {
            for (int i = random.Next(4); i > 0; i--)
            {
                long delayMs = 1 + (random.Next(3) switch { 0 => random.Next(70), 1 => random.Next(5_000), _ => random.Next(400_000) });
                armed[++id] = wheel.Arm(delayMs, log, 0, id);
                expected.Add((wheel.NowMs + delayMs, id));
            }

            if (armed.Count > 0 && random.Next(3) == 0)
            {
                long victim = armed.Keys.ElementAt(random.Next(armed.Count));
                bool pending = expected.Any(timer => timer.Id == victim);
                Assert.Equal(pending, wheel.Cancel(armed[victim]));
                expected.RemoveAll(timer => timer.Id == victim);
            }

            long nowMs = wheel.NowMs + random.Next(300);
            order.AddRange(expected.Where(timer => timer.DueMs <= nowMs).OrderBy(timer => timer.DueMs).ThenBy(timer => timer.Id).Select(timer => timer.Id));
            expected.RemoveAll(timer => timer.DueMs <= nowMs);
            wheel.Advance(nowMs);
            Assert.Equal(expected.Count, wheel.Count);
        }

        Assert.Equal(order, log.Fired.Select(fired => fired.State));
    }

    [Fact]
    public void A_handle_names_nothing_once_its_timer_has_fired_even_if_another_took_its_place()
    {
        var wheel = new TimerWheel(capacity: 1);
        var log = new FiringLog(wheel);
        TimerHandle first = wheel.Arm(10, log, 1);
        wheel.Advance(10);
        TimerHandle second = wheel.Arm(10, log, 2);

        Assert.False(wheel.Cancel(first));
        Assert.False(wheel.Cancel(default));
        Assert.True(wheel.Cancel(second));
        Assert.False(wheel.Cancel(second));
        wheel.Advance(100);
        Assert.Equal([(1, 0L, 10L)], log.Fired);
    }

    [Fact]
    public void A_handler_may_cancel_a_timer_due_in_the_same_millisecond()
    {
        var wheel = new TimerWheel();
        var log = new FiringLog(wheel);
        TimerHandle second = default;
        wheel.Arm(5, new Callback((_, _) => Assert.True(wheel.Cancel(second))), 0);
        second = wheel.Arm(5, log, 2);
        wheel.Arm(5, log, 3);

        wheel.Advance(5);
        Assert.Equal([(3, 0L, 5L)], log.Fired);
    }

    [Fact]
    public void A_timer_armed_by_a_handler_counts_from_the_new_time_and_never_fires_in_the_same_turn()
    {
        var wheel = new TimerWheel();
        var log = new FiringLog(wheel);
        wheel.Arm(1, new Callback((_, _) => wheel.Arm(0, log, 9)), 0);

        Assert.Equal(1, wheel.Advance(1_000));
        Assert.Empty(log.Fired);
        wheel.Advance(1_001);
        Assert.Equal([(9, 0L, 1_001L)], log.Fired);
    }

    [Fact]
    public void A_clock_that_stands_still_or_goes_back_changes_nothing()
    {
        var wheel = new TimerWheel(nowMs: 100);
        var log = new FiringLog(wheel);
        wheel.Arm(1, log, 0);

        Assert.Equal(0, wheel.Advance(100));
        Assert.Equal(0, wheel.Advance(50));
        Assert.Equal(100, wheel.NowMs);
        Assert.Equal(1, wheel.Advance(101));
    }

    [Fact]
    public void An_endless_delay_is_kept_and_can_be_cancelled()
    {
        var wheel = new TimerWheel(nowMs: 100);
        TimerHandle handle = wheel.Arm(long.MaxValue, new FiringLog(wheel), 0);
        wheel.Advance(1_000_000_000_000);
        Assert.Equal(1, wheel.Count);
        Assert.True(wheel.Cancel(handle));
    }

    [Fact]
    public void Arming_firing_and_cancelling_allocate_nothing_once_the_wheel_has_grown()
    {
        var wheel = new TimerWheel(capacity: 64);
        var handler = new Counter();
        Turn(1_000);
        Assert.Equal(0, SteadyState.AllocatedBytes(() => Turn(1_000)));
        Assert.Equal((1 + SteadyState.Rounds) * 8_000, handler.Fired);

        void Turn(int turns)
        {
            for (int turn = 0; turn < turns; turn++)
            {
                for (int i = 0; i < 8; i++)
                {
                    wheel.Arm(500 << i, handler, i);
                    wheel.Cancel(wheel.Arm(500 << i, handler, i));
                }

                wheel.Advance(wheel.NowMs + 64_000);
            }
        }
    }

    private sealed class FiringLog(TimerWheel wheel) : ITimerHandler
    {
        public List<(int Kind, long State, long AtMs)> Fired { get; } = [];

        public void OnTimer(int kind, long state) => Fired.Add((kind, state, wheel.NowMs));
    }

    private sealed class Callback(Action<int, long> action) : ITimerHandler
    {
        public void OnTimer(int kind, long state) => action(kind, state);
    }

    private sealed class Counter : ITimerHandler
    {
        public int Fired { get; private set; }

        public void OnTimer(int kind, long state) => Fired++;
    }
}
