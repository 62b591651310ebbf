using HotPath.Commands;

namespace HotPath.Rpc.Tests;

/// <summary>Promise: an id names one request at a time, also when the ids begin again from 1.</summary>
public sealed class RequestTableTests
{
    [Fact]
    public void Ids_wrap_around_past_requests_still_in_flight()
    {
        RequestTable table = new(capacity: 4, lastId: int.MaxValue - 2);
        List<TestRequest> held = [Add(table), Add(table), Add(table)];
        Assert.Equal([int.MaxValue - 1, int.MaxValue, 1], held.Select(request => request.Id));
        for (int i = 0; i < 100; i++)
        {
            TestRequest request = Add(table);
            Assert.True(table.IsFull);
            Assert.DoesNotContain(request.Id, held.Select(other => other.Id));
            Assert.Same(request, table.Take(request.Id));
        }

        Assert.Same(held[1], table.Take(int.MaxValue));
        Assert.Null(table.Take(int.MaxValue));
        Assert.True(table.WasGivenOut(int.MaxValue));
        Assert.False(table.WasGivenOut(1_000_000_000));
        Assert.Equal(2, table.Count);
    }

    [Fact]
    public void The_generation_of_a_slot_tells_ids_apart()
    {
        RequestTable table = new(capacity: 1);
        TestRequest first = Add(table);
        int late = first.Id;
        table.Take(late);
        while (Add(table) is { } request && request.Id % 2 != late % 2)
        {
            table.Take(request.Id);
        }

        Assert.Null(table.Take(late));
        Assert.Equal(1, table.Count);
    }

    private static TestRequest Add(RequestTable table)
    {
        TestRequest request = new();
        table.Add(request);
        return request;
    }

    private sealed class TestRequest : PendingRequest
    {
        public override ReadOnlySpan<byte> GetMethod(CgrDialect dialect) => default;

        public override RpcStatus Complete(RpcStatus status, ReadOnlySpan<byte> result, string? error, CgrDialect dialect) => status;
    }
}
