using System.Diagnostics.Metrics;
using HotPath.Commands;
using HotPath.Testing;
using static HotPath.Rpc.Tests.ClientFixture;

namespace HotPath.Rpc.Tests;

/// <summary>Promise: what happens on an engine and its connections can be read from the meter and the snapshot, and recording it allocates nothing.</summary>
[Collection(nameof(AllocationTests))]
public sealed class RpcMetricsTests
{
    [Fact]
    public void The_meter_tells_of_engines_connections_and_outcomes()
    {
        using ClientFixture fixture = new ClientFixture(maxConnections: 2).Start();
        using Collector collector = new();
        fixture.Engines[A].Script("SessionSv1.TerminateSession", new ScriptedAnswer { Error = "NO" });
        fixture.Authorize(1);
        fixture.Terminate("c", 2);
        fixture.Settle();
        fixture.Engines[A].IsSilent = true;
        fixture.Authorize(3, deadline: TimeSpan.FromMilliseconds(100));
        fixture.Authorize(4, engine: B);
        fixture.Settle();
        collector.Collect();
        Assert.Equal(3, collector.Sum("requests", "a.example"));
        Assert.Equal(1, collector.Sum("requests", "a.example", "connection=0") - collector.Sum("requests", "a.example", "connection=1"));
        Assert.Equal(2, collector.Sum("replies", "a.example"));
        Assert.Equal(1, collector.Sum("in_flight", "a.example"));
        Assert.Equal(2, collector.Sum("connects", "a.example"));
        Assert.Equal(1, collector.Sum("failures", "a.example", "kind=error"));
        Assert.Equal(1, collector.Sum("state", "a.example", "state=Up"));
        Assert.Equal(0, collector.Sum("state", "a.example", "state=Down"));
        Assert.True(collector.Sum("sent", "a.example") > 200);
        Assert.True(collector.Sum("received", "b.example") > 20);
        Assert.Equal(3, collector.Latencies);

        fixture.Pass(150);
        fixture.Network.Refuse(Addresses[B]);
        fixture.Network.Cut(Addresses[B]);
        fixture.Settle();
        collector.Collect();
        Assert.Equal(1, collector.Sum("failures", "a.example", "kind=unanswered"));
        Assert.Equal(1, collector.Sum("state", "b.example", "state=Down"));
        Assert.True(collector.Sum("outcomes", "", "outcome=Ok") >= 2);
        Assert.True(collector.Sum("outcomes", "", "outcome=DeadlineExceeded") >= 1);
    }

    [Fact]
    public void A_client_that_is_gone_is_not_told_of()
    {
        new ClientFixture().Start().Dispose();
        using Collector collector = new();
        collector.Collect();
        Assert.Equal(0, collector.Sum("connects", "a.example"));
    }

    [Fact]
    public void Recording_allocates_nothing()
    {
        int measured = 0;
        using MeterListener listener = new() { InstrumentPublished = (instrument, it) => Enable(instrument, it) };
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => measured++);
        listener.Start();
        ReplyCounter counter = new();
        using InMemoryRoundTrip trip = new();
        for (int i = 0; i < 2_000; i++)
        {
            Round();
        }

        Assert.Equal(0, SteadyState.AllocatedBytes(() =>
        {
            for (int i = 0; i < 5_000; i++)
            {
                Round();
            }
        }));
        Assert.Equal(counter.Count, measured);

        void Round()
        {
            trip.Client.Send<AuthorizeEvent, AuthorizeReply>(new AuthorizeEvent { GetMaxUsage = true }, counter, 0);
            trip.Turn();
        }
    }

    [Fact]
    public void The_snapshot_is_a_table()
    {
        using ClientFixture fixture = new ClientFixture().Start();
        fixture.Network.Refuse(Addresses[B]);
        fixture.Network.Cut(Addresses[B]);
        fixture.Authorize(1);
        fixture.Settle();
        fixture.Pass(300);
        string[] lines = fixture.Client.GetSnapshot().ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.Equal("engine          state  open  in flight  requests  replies  errors  unanswered  lost  connects  failed  sent B  received B  last failure", lines[0]);
        Assert.Equal("a.example:2014  Up        1          0         1        1       0           0     0         1       0     106          58", lines[1]);
        Assert.StartsWith("b.example:2014  Down      0 ", lines[2], StringComparison.Ordinal);
        Assert.EndsWith("  connection refused", lines[2], StringComparison.Ordinal);
    }

    private static void Enable(Instrument instrument, MeterListener listener)
    {
        if (instrument.Meter.Name == "HotPath.Rpc")
        {
            listener.EnableMeasurementEvents(instrument);
        }
    }

    private sealed class ReplyCounter : IReplyHandler<AuthorizeReply>
    {
        public int Count { get; private set; }

        public void OnReply(long state, in RpcOutcome<AuthorizeReply> outcome) => Count++;
    }

    /// <summary>What the meter says.</summary>
    private sealed class Collector : IDisposable
    {
        private readonly MeterListener _listener = new() { InstrumentPublished = (instrument, it) => Enable(instrument, it) };
        private readonly List<(string Name, string Tags, double Value)> _values = [];

        public Collector()
        {
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => _values.Add((instrument.Name, Text(tags), value)));
            _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => _values.Add((instrument.Name, Text(tags), value)));
            _listener.SetMeasurementEventCallback<double>((_, _, _, _) => Latencies++);
            _listener.Start();
        }

        public int Latencies { get; private set; }

        public void Collect()
        {
            _values.Clear();
            _listener.RecordObservableInstruments();
        }

        public double Sum(string instrument, string engine, string tag = "") => _values
            .Where(it => it.Name == $"hotpath.rpc.{instrument}" && it.Tags.Contains(engine, StringComparison.Ordinal) && it.Tags.Contains(tag, StringComparison.Ordinal))
            .Sum(it => it.Value);

        public void Dispose() => _listener.Dispose();

        private static string Text(ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"));
    }
}
