using System.Diagnostics.Metrics;
using System.Net;
using System.Reflection;
using System.Text.RegularExpressions;
using HotPath.Billing;
using HotPath.Rpc;
using HotPath.Testing;

namespace HotPath.Edge.Tests;

/// <summary>
/// Promise: everything that is counted can be collected, under the names, units and tags that the page on metrics says, for as long as the
/// edge runs.
/// </summary>
[Collection(nameof(MetricsTests))]
public sealed partial class MetricsTests : IAsyncLifetime
{
    private const long Step = 1_000_003;

    private readonly string _folder = Directory.CreateTempSubdirectory("hotpath-metrics-").FullName;
    private readonly ScriptedEngineHost _engine = new();
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, Instrument> _instruments = [];
    private readonly List<(string Name, string Tag, string TagValue, long Value)> _values = [];
    private EdgeHost _edge = null!;

    public ValueTask InitializeAsync()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name.StartsWith("HotPath.", StringComparison.Ordinal))
            {
                _instruments.Add(instrument.Name, instrument);
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.Start();
        _edge = EdgeHost.Start(new EdgeOptions
        {
            Listen = [new ListenAddress(Sip.SipTransportKind.Udp, IPAddress.Loopback, 0)],
            Engine = new EngineClientOptions { Engines = [_engine.Address] },
            Charging = new ChargingProfile { OriginHost = "edge-1" },
            Journal = new EdgeJournalOptions { Folder = _folder },
        });
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _edge.DisposeAsync();
        _listener.Dispose();
        _engine.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Every_figure_of_calls_and_charging_is_told()
    {
        Dictionary<string, long> expected = [];
        foreach (object statistics in new object[] { _edge.Statistics[0], _edge.Billing[0] })
        {
            foreach (PropertyInfo property in statistics.GetType().GetProperties())
            {
                // Calls are told by class; the classes together are all.
                long figure = Step * (property.Name == nameof(EdgeStatistics.Calls) ? 1000 : expected.Count + 1);
                property.SetValue(statistics, figure);
                expected.Add(property.Name, figure);
            }
        }

        Collect();
        Assert.Equal(expected[nameof(EdgeStatistics.Calls)], _values.Where(it => it.Name == "hotpath.edge.calls").Sum(it => it.Value));
        expected.Remove(nameof(EdgeStatistics.Calls));
        Assert.All(expected, it => Assert.True(_values.Exists(told => told.Value == it.Value), $"{it.Key} is in no instrument"));
        Assert.Equal((0, 0, 0), (ValueOf("hotpath.edge.running_calls"), ValueOf("hotpath.edge.inbox"), ValueOf("hotpath.billing.sessions")));
        Assert.Equal((0, 16 * 1024 * 1024, 0), (ValueOf("hotpath.journal.backlog"), ValueOf("hotpath.journal.size"), ValueOf("hotpath.journal.full")));
    }

    [Fact]
    public async Task An_edge_that_has_gone_down_is_not_told_of()
    {
        await _edge.DisposeAsync();
        Collect();
        Assert.Equal(0, ValueOf("hotpath.journal.size"));
        Assert.DoesNotContain(_values, it => it.Name == "hotpath.edge.inbox");
    }

    [Fact]
    public async Task A_client_without_an_edge_is_told_of_while_it_is_open()
    {
        CancellationToken soon = TestContext.Current.CancellationToken;
        await using (BillingClient billing = BillingClient.Connect(new EngineClientOptions { Engines = [_engine.Address] }, new ChargingProfile { OriginHost = "my-edge" }))
        {
            ChargedCall call = await billing.AuthorizeAsync("call-1", "1001", "1002").WaitAsync(soon);
            Assert.True(call.Authorization.IsOk);
            Collect();
            Assert.Equal((1, 1), (ValueOf("hotpath.billing.sessions"), ValueOf("hotpath.billing.authorizations")));
        }

        Collect();
        Assert.Equal((0, 0), (ValueOf("hotpath.billing.sessions"), ValueOf("hotpath.billing.authorizations")));
    }

    [Fact]
    public void The_page_says_what_there_is()
    {
        Collect();
        MatchCollection rows = Row().Matches(File.ReadAllText(Path.Combine(SharedFiles.RepositoryRoot, "docs", "metrics.md")));
        Assert.Equal(
            _instruments.Values.Select(it => $"{it.Name}, a {KindOf(it)} of {it.Unit}").Order(),
            rows.Select(row => $"{row.Groups["name"]}, a {row.Groups["kind"]} of {row.Groups["unit"]}").Order());
        foreach (Match row in rows)
        {
            string[] words = [.. Word().Matches(row.Groups["tags"].Value).Select(word => word.Groups[1].Value)];
            bool listsValues = row.Groups["tags"].Value.Contains("`:", StringComparison.Ordinal);
            (string Name, string Tag, string TagValue, long Value)[] told = [.. _values.Where(it => it.Name == row.Groups["name"].Value && it.Tag.Length > 0)];
            if (listsValues)
            {
                Assert.Equal(words[1..].Order(), told.Select(it => it.TagValue).Distinct().Order());
            }

            if (row.Groups["kind"].Value != "histogram")
            {
                Assert.Equal((listsValues ? words[..1] : words).Order(), told.Select(it => it.Tag).Distinct().Order());
            }
        }
    }

    private void Collect()
    {
        _values.Clear();
        _listener.RecordObservableInstruments();
    }

    private long ValueOf(string name) => _values.Where(it => it.Name == name).Sum(it => it.Value);

    private void Note(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            _values.Add((instrument.Name, "", "", value));
        }

        foreach (KeyValuePair<string, object?> tag in tags)
        {
            _values.Add((instrument.Name, tag.Key, $"{tag.Value}", value));
        }
    }

    private static string KindOf(Instrument instrument) => instrument switch
    {
        ObservableCounter<long> or ObservableCounter<int> => "counter",
        ObservableUpDownCounter<long> or ObservableUpDownCounter<int> => "up-down",
        Histogram<double> => "histogram",
        _ => instrument.GetType().Name,
    };

    [GeneratedRegex(@"^\| `(?<name>hotpath[\w.]+)` \| (?<kind>[\w-]+) \| `(?<unit>[^`]+)` \|(?<tags>[^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Word();

    /// <summary>The figures are those of the whole process: nothing else may count meanwhile.</summary>
    [CollectionDefinition(nameof(MetricsTests), DisableParallelization = true)]
    public sealed class Alone;
}
