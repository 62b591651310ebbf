using HotPath.Testing;

namespace HotPath.Charging.Tests;

/// <summary>Rating follows the rules of splitting, matching and rounding, and allocates nothing.</summary>
public sealed class RatingEngineTests
{
    private static readonly DateTime s_monday = new(2019, 3, 11, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void The_tutorial_costs_are_the_published_ones()
    {
        Tariff tariff = TariffLoader.LoadTutorial();
        RatedUsage rated = new();
        Assert.Equal((0.6m, 0.6m), Cost(tariff, "1002", 20));
        Assert.Equal((0.64175m, 0.6418m), Cost(tariff, "1002", 85));
        Assert.Equal((0.2m, 0.2m), Cost(tariff, "1003", 20));

        (decimal EventCost, decimal CallCost) Cost(Tariff tariff, string destination, long seconds)
        {
            Assert.Equal(ChargingError.None, RatingEngine.Rate(tariff, Tutorial(destination, seconds), 5, rated));
            return (rated.EventCost, rated.CallCost);
        }
    }

    [Fact]
    public void Pieces_of_a_call_cost_together_what_the_call_costs()
    {
        Tariff tariff = TariffLoader.LoadTutorial();
        RatedUsage rated = new();
        decimal sum = 0;
        long used = 0;
        while (used < 600 * Nanoseconds.PerSecond)
        {
            RatingQuery piece = Tutorial("1002", 7) with { UsedBefore = used, IsContinued = used > 0 };
            Assert.Equal(ChargingError.None, RatingEngine.Rate(tariff, piece, 5, rated));
            sum += rated.EventCost;
            used += rated.Usage;
        }

        Assert.Equal(ChargingError.None, RatingEngine.Rate(tariff, Tutorial("1002", used / Nanoseconds.PerSecond), 5, rated));
        Assert.Equal(rated.EventCost, sum);
    }

    [Fact]
    public void A_call_without_usage_costs_nothing_and_says_where_its_rate_is_from()
    {
        RatedUsage rated = new();
        Assert.Equal(ChargingError.None, RatingEngine.Rate(TariffLoader.LoadTutorial(), Tutorial("1002", 0), 5, rated));
        Assert.Equal(0, rated.CallCost);
        Assert.Equal(0, rated.ConnectFee);
        Assert.Equal("RP_1001", rated.Spans[0].Match.Plan!.Id);
        Assert.Equal("1002", rated.Spans[0].Match.Prefix);
    }

    [Theory]
    [InlineData("nobody", "1002", 2019, "RATING_PLAN_NOT_FOUND")]
    [InlineData("1001", "4986", 2019, "UNAUTHORIZED_DESTINATION")]
    [InlineData("1001", "", 2019, "UNAUTHORIZED_DESTINATION")]
    [InlineData("1001", "1002", 2009, "UNAUTHORIZED_DESTINATION")]
    public void What_cannot_be_rated_is_an_error(string subject, string destination, int year, string error)
    {
        RatingQuery query = Tutorial(destination, 20) with { Subject = subject, Start = new DateTime(year, 1, 1, 0, 0, 0, DateTimeKind.Utc) };
        Assert.Equal(error, RatingEngine.Rate(TariffLoader.LoadTutorial(), query, 5, new RatedUsage()).Text());
    }

    [Fact]
    public void More_than_the_most_computed_usage_is_an_error()
    {
        RatedUsage rated = new();
        Tariff tariff = TariffLoader.LoadTutorial();
        Assert.Equal(ChargingError.None, RatingEngine.Rate(tariff, Tutorial("1002", 72 * 3600), 5, rated));
        Assert.Equal(ChargingError.MaxUsageExceeded, RatingEngine.Rate(tariff, Tutorial("1002", (72 * 3600) + 1), 5, rated));
        Assert.Equal(ChargingError.MaxUsageExceeded, RatingEngine.Rate(tariff, Tutorial("1002", 0) with { Usage = long.MaxValue }, 5, rated));
    }

    [Fact]
    public void A_rate_changes_at_the_time_of_day_and_the_day_of_the_week()
    {
        Tariff tariff = PeakAndOffPeak();
        RatedUsage rated = new();

        // Monday 18:59:30 to 19:00:30: half a minute at 0.02 a second, half at 0.01.
        Assert.Equal(ChargingError.None, RatingEngine.Rate(tariff, Call(s_monday.AddHours(19).AddSeconds(-30), 60), 5, rated));
        Assert.Equal(2, rated.SpanCount);
        Assert.Equal(0.9m, rated.EventCost);

        // Friday 23:59:30 to Saturday 00:00:30: off-peak in the evening, 0.005 at the weekend.
        Assert.Equal(ChargingError.None, RatingEngine.Rate(tariff, Call(s_monday.AddDays(5).AddSeconds(-30), 60), 5, rated));
        Assert.Equal(0.45m, rated.EventCost);
    }

    [Fact]
    public void The_last_increment_before_a_change_is_charged_whole_and_shortens_what_follows()
    {
        Tariff tariff = TariffLoader.Load(
        [
            new TariffFile("Timings.csv", "MORNING,*any,*any,*any,*any,00:00:00;12:00:00\nAFTERNOON,*any,*any,*any,*any,12:00:00"),
            new TariffFile("Rates.csv", "MINUTES,0,1,60s,60s,0\nSECONDS,0,1,1s,1s,0"),
            new TariffFile("DestinationRates.csv", "DR_M,*any,MINUTES,*up,4,0,\nDR_S,*any,SECONDS,*up,4,0,"),
            new TariffFile("RatingPlans.csv", "RP,DR_M,MORNING,10\nRP,DR_S,AFTERNOON,10"),
            new TariffFile("RatingProfiles.csv", "t,call,*any,2010-01-01T00:00:00Z,RP,"),
        ]);
        RatedUsage rated = new();

        // 11:59:30 to 12:01:00: one whole minute from 11:59:30, then 30 seconds.
        Assert.Equal(ChargingError.None, RatingEngine.Rate(tariff, Call(s_monday.AddHours(12).AddSeconds(-30), 90), 5, rated));
        Assert.Equal([1L, 30L], rated.Spans.ToArray().Select(span => span.Count));
        Assert.Equal(31, rated.EventCost);
        Assert.Equal(90 * Nanoseconds.PerSecond, rated.Usage);
    }

    [Fact]
    public void A_time_without_a_rate_is_an_error_not_a_free_call()
    {
        Tariff tariff = TariffLoader.Load(
        [
            new TariffFile("Timings.csv", "MORNING,*any,*any,*any,*any,00:00:00;12:00:00"),
            new TariffFile("Rates.csv", "RT,0,1,60s,60s,0"),
            new TariffFile("DestinationRates.csv", "DR,*any,RT,*up,4,0,"),
            new TariffFile("RatingPlans.csv", "RP,DR,MORNING,10"),
            new TariffFile("RatingProfiles.csv", "t,call,*any,2010-01-01T00:00:00Z,RP,"),
        ]);
        Assert.Equal(ChargingError.UnauthorizedDestination, RatingEngine.Rate(tariff, Call(s_monday.AddHours(12).AddSeconds(-30), 90), 5, new RatedUsage()));
        Assert.Equal(ChargingError.UnauthorizedDestination, RatingEngine.Rate(tariff, Call(s_monday.AddHours(13), 90), 5, new RatedUsage()));
    }

    [Fact]
    public void Rating_allocates_nothing()
    {
        Tariff tariff = PeakAndOffPeak();
        RatedUsage rated = new();
        RatingQuery query = Call(s_monday.AddHours(19).AddSeconds(-30), 72 * 3600);
        for (int i = 0; i < 100; i++)
        {
            RatingEngine.Rate(tariff, query, 5, rated);
        }

        Assert.Equal(0, SteadyState.AllocatedBytes(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                RatingEngine.Rate(tariff, query, 5, rated);
            }
        }));
        Assert.True(rated.EventCost > 0);
    }

    private static RatingQuery Tutorial(string destination, long seconds) => new()
    {
        Tenant = "cgrates.org",
        Category = "call",
        Subject = "1001",
        Destination = destination,
        Start = new DateTime(2014, 8, 4, 13, 0, 0, DateTimeKind.Utc),
        Usage = seconds * Nanoseconds.PerSecond,
    };

    private static RatingQuery Call(DateTime start, long seconds) => new()
    {
        Tenant = "t",
        Category = "call",
        Subject = "1001",
        Destination = "49151",
        Start = start,
        Usage = seconds * Nanoseconds.PerSecond,
    };

    private static Tariff PeakAndOffPeak() => TariffLoader.Load(
    [
        new TariffFile("Timings.csv", "NIGHT,*any,*any,*any,1;2;3;4;5,00:00:00\nPEAK,*any,*any,*any,1;2;3;4;5,08:00:00\nEVENING,*any,*any,*any,1;2;3;4;5,19:00:00\nWEEKEND,*any,*any,*any,6;7,00:00:00"),
        new TariffFile("Destinations.csv", "DE,49\nDE_MOBILE,4915"),
        new TariffFile("Rates.csv", "PEAK,0,0.02,1s,1s,0\nOFFPEAK,0,0.01,1s,1s,0\nWEEKEND,0,0.005,1s,1s,0"),
        new TariffFile("DestinationRates.csv", "DR_P,DE_MOBILE,PEAK,*up,4,0,\nDR_O,DE_MOBILE,OFFPEAK,*up,4,0,\nDR_W,DE_MOBILE,WEEKEND,*up,4,0,"),
        new TariffFile("RatingPlans.csv", "RP,DR_O,NIGHT,10\nRP,DR_P,PEAK,10\nRP,DR_O,EVENING,10\nRP,DR_W,WEEKEND,10"),
        new TariffFile("RatingProfiles.csv", "t,call,*any,2010-01-01T00:00:00Z,RP,"),
    ]);
}
