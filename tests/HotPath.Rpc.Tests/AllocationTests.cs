using HotPath.Commands;
using HotPath.Testing;

namespace HotPath.Rpc.Tests;

/// <summary>Promise: in steady state a round trip allocates nothing, sent with a handler or awaited, answered with a result or an error.</summary>
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests
{
    private const int WarmUp = 2_000;
    private const int Measured = 5_000;

    /// <summary>How often a test's action runs in all.</summary>
    private const int Runs = WarmUp + (SteadyState.Rounds * Measured);
    private const int Batch = 16;

    [Fact]
    public void A_round_trip_with_a_handler_allocates_nothing()
    {
        Counter counter = new();
        using InMemoryRoundTrip trip = new();
        AssertNothingAllocated(() =>
        {
            for (int i = 0; i < Batch; i++)
            {
                trip.Client.Send<AuthorizeEvent, AuthorizeReply>(new AuthorizeEvent { GetMaxUsage = true, Account = "1001" }, counter, i);
            }

            trip.Turn();
        });
        Assert.Equal(Runs * Batch, counter.Ok);
    }

    [Fact]
    public void An_awaited_round_trip_allocates_nothing()
    {
        int ok = 0;
        ValueTask<RpcOutcome<AuthorizeReply>>[] pending = new ValueTask<RpcOutcome<AuthorizeReply>>[Batch];
        using InMemoryRoundTrip trip = new();
        AssertNothingAllocated(() =>
        {
            for (int i = 0; i < Batch; i++)
            {
                pending[i] = trip.Client.SendAsync<AuthorizeEvent, AuthorizeReply>(new AuthorizeEvent { GetMaxUsage = true, Account = "1001" });
            }

            trip.Turn();
            foreach (ValueTask<RpcOutcome<AuthorizeReply>> task in pending)
            {
                ok += task.GetAwaiter().GetResult().IsOk ? 1 : 0;
            }
        });
        Assert.Equal(Runs * Batch, ok);
    }

    [Fact]
    public void Errors_seen_before_allocate_nothing()
    {
        Counter counter = new();
        using InMemoryRoundTrip trip = new(error: "RALS_ERROR:ACCOUNT_NOT_FOUND");
        AssertNothingAllocated(() =>
        {
            trip.Client.Send<AuthorizeEvent, AuthorizeReply>(new AuthorizeEvent { GetMaxUsage = true }, counter, 0);
            trip.Turn();
        });
        Assert.Equal(Runs, counter.Errors);
    }

    [Fact]
    public void Cut_replies_and_refusals_allocate_nothing()
    {
        Counter counter = new();
        using InMemoryRoundTrip trip = new(maxInFlight: 1);
        trip.Network.SegmentLength = 11;
        AssertNothingAllocated(() =>
        {
            trip.Client.Send<AuthorizeEvent, AuthorizeReply>(new AuthorizeEvent { GetMaxUsage = true }, counter, 0);
            trip.Client.Send<AuthorizeEvent, AuthorizeReply>(new AuthorizeEvent { GetMaxUsage = true }, counter, 0);
            trip.Turn();
        });
        Assert.Equal((Runs, Runs), (counter.Ok, counter.Refused));
    }

    private static void AssertNothingAllocated(Action round)
    {
        for (int i = 0; i < WarmUp; i++)
        {
            round();
        }

        Assert.Equal(0, SteadyState.AllocatedBytes(() =>
        {
            for (int i = 0; i < Measured; i++)
            {
                round();
            }
        }));
    }

    /// <summary>Alone: the pools are the process's, and other tests would empty them meanwhile.</summary>
    [CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
    public sealed class Alone;

    private sealed class Counter : IReplyHandler<AuthorizeReply>
    {
        public int Ok { get; private set; }

        public int Errors { get; private set; }

        public int Refused { get; private set; }

        public void OnReply(long state, in RpcOutcome<AuthorizeReply> outcome)
        {
            Ok += outcome.IsOk ? 1 : 0;
            Errors += outcome.Status == RpcStatus.EngineError ? 1 : 0;
            Refused += outcome.Status == RpcStatus.Overloaded ? 1 : 0;
        }
    }
}
