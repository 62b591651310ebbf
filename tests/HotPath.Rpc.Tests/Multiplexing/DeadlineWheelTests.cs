using HotPath.Commands;

namespace HotPath.Rpc.Tests;

/// <summary>Promise: a request is handed out at its time, never sooner and at most a tick later, however far away that was.</summary>
public sealed class DeadlineWheelTests
{
    [Fact]
    public void Requests_come_out_in_their_tick()
    {
        Random random = new(7);
        DeadlineWheel wheel = new(1_000);
        Dictionary<PendingRequest, long> dues = [];
        long nowMs = 1_000;
        int taken = 0;
        for (int step = 0; step < 20_000; step++)
        {
            if (dues.Count < 200)
            {
                PendingRequest request = new TestRequest();
                dues[request] = nowMs + random.Next(0, random.Next(2) == 0 ? 100 : 40_000);
                wheel.Set(request, dues[request]);
            }

            if (random.Next(10) == 0)
            {
                PendingRequest removed = dues.Keys.ElementAt(random.Next(dues.Count));
                wheel.Remove(removed);
                dues.Remove(removed);
            }

            long nextMs = wheel.NextDueMs();
            Assert.True(dues.Count == 0 ? nextMs == -1 : nextMs <= dues.Values.Min() + DeadlineWheel.TickMs);
            nowMs += random.Next(0, 40);
            while (wheel.TakeDue(nowMs) is { } due)
            {
                Assert.InRange(nowMs, dues[due], long.MaxValue);
                Assert.True(dues.Remove(due));
                taken++;
            }

            Assert.All(dues.Values, dueMs => Assert.True(dueMs > nowMs - DeadlineWheel.TickMs));
        }

        Assert.True(taken > 1000);
    }

    [Fact]
    public void Nothing_is_due_in_an_empty_wheel()
    {
        DeadlineWheel wheel = new(0);
        Assert.Equal(-1, wheel.NextDueMs());
        Assert.Null(wheel.TakeDue(1_000_000));
        TestRequest request = new();
        wheel.Set(request, 1_000_050);
        Assert.Null(wheel.TakeDue(1_000_049));
        Assert.Same(request, wheel.TakeDue(1_000_050));
    }

    private sealed class TestRequest : PendingRequest
    {
        public override ReadOnlySpan<byte> GetMethod(CgrDialect dialect) => default;

        public override RpcStatus Complete(RpcStatus status, ReadOnlySpan<byte> result, string? error, CgrDialect dialect) => status;
    }
}
