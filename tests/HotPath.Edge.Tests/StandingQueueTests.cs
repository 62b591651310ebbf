namespace HotPath.Edge.Tests;

/// <summary>Promise: a lane that does not keep up is told from one that a pause has held up, however many requests waited behind that.</summary>
public sealed class StandingQueueTests
{
    private readonly StandingQueue _queue = new(TimeSpan.FromMilliseconds(100));

    [Fact]
    public void What_waited_behind_a_pause_is_served()
    {
        Assert.False(Asks(wait: 400, now: 1000));
        Assert.False(Asks(wait: 300, now: 1001));
        Assert.False(Asks(wait: 101, now: 1099));
        Assert.False(Asks(wait: 0, now: 1100));
        Assert.False(Asks(wait: 400, now: 1500));
    }

    [Fact]
    public void Another_pause_long_after_the_first_is_another_one() =>
        Assert.Equal([false, false], [Asks(wait: 300, now: 1000), Asks(wait: 300, now: 9000)]);

    [Fact]
    public void It_stands_when_everything_waits_too_long_for_as_long_again_until_something_does_not()
    {
        Assert.False(Asks(wait: 150, now: 1000));
        Assert.False(Asks(wait: 150, now: 1050));
        Assert.True(Asks(wait: 150, now: 1100));
        Assert.True(Asks(wait: 101, now: 1120));
        Assert.False(Asks(wait: 100, now: 1130));
        Assert.False(Asks(wait: 150, now: 1140));
    }

    private bool Asks(int wait, long now) => _queue.IsStanding(TimeSpan.FromMilliseconds(wait), now);
}
