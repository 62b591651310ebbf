using System.Text;
using BenchmarkDotNet.Attributes;
using HotPath.Charging;

namespace HotPath.Benchmarks;

/// <summary>
/// What does it cost to price a call on a two-slot tariff among 500,000 prefixes, and to say how long an account can pay for one?
/// </summary>
[MemoryDiagnoser]
public class RatingBenchmarks
{
    private const int PrefixCount = 500_000;

    private readonly RatedUsage _rated = new();
    private readonly AccountDebit _debit = new(5);
    private readonly Account _account = new("cgrates.org", "1001");
    private Tariff _tariff = null!;
    private RatingQuery[] _calls = [];
    private int _next;

    [GlobalSetup]
    public void Setup()
    {
        Random random = new(1);
        HashSet<int> prefixes = [];
        StringBuilder rows = new();
        while (prefixes.Count < PrefixCount)
        {
            int prefix = random.Next(1_000, 10_000_000);
            if (prefixes.Add(prefix))
            {
                rows.Append("DST_").Append(prefixes.Count % 1000).Append(',').Append(prefix).Append('\n');
            }
        }

        _tariff = TariffLoader.Load(
        [
            new TariffFile("Destinations.csv", rows.ToString()),
            new TariffFile("Rates.csv", "RT,0.4,0.2,60s,60s,0s\nRT,0,0.1,60s,1s,60s"),
            new TariffFile("DestinationRates.csv", string.Join('\n', Enumerable.Range(0, 1000).Select(i => $"DR,DST_{i},RT,*up,4,0,"))),
            new TariffFile("RatingPlans.csv", "RP,DR,*any,10"),
            new TariffFile("RatingProfiles.csv", "cgrates.org,call,*any,2014-01-14T00:00:00Z,RP,"),
        ]);
        _account.TopUp(new BalanceTemplate { Id = "test", Type = Balance.Monetary, Value = 10, Weight = 10 });
        _calls = [.. prefixes.Take(4096).Select(prefix => new RatingQuery
        {
            Tenant = "cgrates.org",
            Category = "call",
            Subject = "1001",
            Destination = $"{prefix}55512",
            Start = new DateTime(2018, 1, 7, 17, 0, 0, DateTimeKind.Utc),
            Usage = 85 * 1_000_000_000L,
        })];
    }

    /// <summary>85 seconds to one of 4,096 numbers in turn, so that the prefixes are not in the cache.</summary>
    [Benchmark]
    public decimal Rate()
    {
        RatingEngine.Rate(_tariff, _calls[_next++ & 4095], 5, _rated);
        return _rated.CallCost;
    }

    /// <summary>The same to one number.</summary>
    [Benchmark]
    public decimal RateOneNumber()
    {
        RatingEngine.Rate(_tariff, _calls[0], 5, _rated);
        return _rated.CallCost;
    }

    /// <summary>How much of 3 hours 10 units pay for: 5,688 seconds, charged by the second.</summary>
    [Benchmark]
    public long GrantThreeHours()
    {
        _debit.GetMaxUsage(_tariff, _account, _calls[_next++ & 4095] with { Usage = 3 * 3600 * 1_000_000_000L }, out long granted);
        return granted;
    }

    /// <summary>How much of one minute they pay for.</summary>
    [Benchmark]
    public long GrantOneMinute()
    {
        _debit.GetMaxUsage(_tariff, _account, _calls[_next++ & 4095] with { Usage = 60 * 1_000_000_000L }, out long granted);
        return granted;
    }
}
