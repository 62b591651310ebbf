namespace HotPath.Charging.Tests;

/// <summary>A tariff plan loads whole or not at all, and every mistake in it is named with its place and what to do.</summary>
public sealed class TariffLoaderTests
{
    [Fact]
    public void The_tutorial_loads_without_a_notice()
    {
        Tariff tariff = TariffLoader.LoadTutorial();
        Assert.Empty(tariff.Notices);
        Assert.Equal(4, tariff.PrefixCount);
        Assert.Equal(7, tariff.RatingProfileCount);
        Assert.Equal(["1001", "1002", "1003"], tariff.Accounts.Select(account => account.Account));
        Assert.Equal(["*default", "*raw"], tariff.Chargers.Select(charger => charger.RunId).Order());
    }

    [Fact]
    public void A_folder_with_the_tutorial_is_the_tutorial()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("hotpath-tariff");
        try
        {
            foreach (TariffFile file in TariffLoader.TutorialFiles())
            {
                File.WriteAllText(Path.Combine(folder.FullName, file.Name), file.Text);
            }

            File.WriteAllText(Path.Combine(folder.FullName, "Stats.csv"), "#Tenant\n");
            Tariff tariff = TariffLoader.LoadFolder(folder.FullName);
            Assert.Equal(7, tariff.RatingProfileCount);
            Assert.Equal("Stats.csv: is not used by the embedded engine", Assert.Single(tariff.Notices).ToString());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("Rates.csv", "RT,0,x,60s,60s,0s", "Rates.csv:1: Rate 'x' is not a number; write it like 0.05")]
    [InlineData("Rates.csv", "RT,0,-1,60s,60s,0s", "Rates.csv:1: Rate '-1' is negative; write 0 or more")]
    [InlineData("Rates.csv", "RT,0,1000001,60s,60s,0s", "Rates.csv:1: Rate '1000001' is too high; write 1000000 or less")]
    [InlineData("Rates.csv", "RT,0,1,60s,24001h,0s", "Rates.csv:1: RateIncrement '24001h' is too long; write at most 24000h")]
    [InlineData("Rates.csv", "#comment\n\nRT,0,1,60seconds,60s,0s", "Rates.csv:3: RateUnit '60seconds' is not a length of time; write it like 60s or 1m30s (a number without a unit counts nanoseconds, messages or bytes)")]
    [InlineData("Rates.csv", "RT,0,1,60s", "Rates.csv:1: has 4 columns, needs 6 (ID,ConnectFee,Rate,RateUnit,RateIncrement,GroupIntervalStart); add the missing ones, empty if need be")]
    [InlineData("Rates.csv", "RT,0,1,60s,1s,0s\nRT,0,1,60s,1s,0", "Rates.csv:2: GroupIntervalStart '0' is there twice for rate 'RT'; let each row of a rate begin at another time")]
    [InlineData("DestinationRates.csv", "DR,DST,RT,*up,4,0,", "DestinationRates.csv:1: DestinationID 'DST' is not in Destinations.csv; add it there or correct the name")]
    [InlineData("DestinationRates.csv", "DR,*any,RT,*upwards,4,0,", "DestinationRates.csv:1: RoundingMethod '*upwards' is not a way to round; write *up, *middle, *down or nothing")]
    [InlineData("RatingPlans.csv", "RP,DR,*any,10", "RatingPlans.csv:1: DestinationRatesID 'DR' is not in DestinationRates.csv; add it there or correct the name")]
    [InlineData("RatingPlans.csv", ",DR,*any,10", "RatingPlans.csv:1: ID is empty; fill it in")]
    [InlineData("RatingProfiles.csv", "t,call,1001,yesterday,RP,", "RatingProfiles.csv:1: ActivationTime 'yesterday' is not a point in time; write it like 2014-01-14T00:00:00Z")]
    [InlineData("Timings.csv", "PEAK,*any,13,*any,*any,08:00:00", "Timings.csv:1: Months '13' is not a list of numbers from 1 to 12; write it like 1;2;3, or *any")]
    [InlineData("Timings.csv", "PEAK,*any,*any,*any,*any,8am", "Timings.csv:1: Time '8am' is not a part of a day; write it like 08:00:00 or 08:00:00;19:00:00")]
    [InlineData("Actions.csv", "A,*topup,,,b,*monetary,,DST,,,,,10,10,false,false,10", "Actions.csv:1: DestinationIDs 'DST' is not in Destinations.csv; add it there or correct the name")]
    [InlineData("Actions.csv", "A,*topup,,,b,*monetary,,,,,,,10,10,maybe,false,10", "Actions.csv:1: BalanceBlocker 'maybe' is neither true nor false")]
    [InlineData("AccountActions.csv", "t,1001,AP,,,", "AccountActions.csv:1: ActionPlanID 'AP' is not in ActionPlans.csv; add it there or correct the name")]
    [InlineData("AccountActions.csv", "t,1001,,,,\nt,1001,,,,", "AccountActions.csv:2: Account '1001' is there twice; give each account one row")]
    [InlineData("Chargers.csv", "t,C,,,*default,ATTR_X,0", "Chargers.csv:1: AttributeIDs 'ATTR_X' names 'ATTR_X', which is not in Attributes.csv; add it there or correct the name")]
    [InlineData("Chargers.csv", "t,C,FLTR,,*default,*none,0", "Chargers.csv:1: FilterIDs 'FLTR' names a filter that is not in Filters.csv; add it there or correct the name")]
    public void A_mistake_is_named_with_its_place(string file, string text, string error)
    {
        TariffException exception = Assert.Throws<TariffException>(() => TariffLoader.Load([new TariffFile(file, text)]));
        Assert.Contains(error, exception.Errors.Select(found => found.ToString()));
    }

    [Fact]
    public void All_mistakes_are_named_at_once()
    {
        TariffException exception = Assert.Throws<TariffException>(() => TariffLoader.Load(
        [
            new TariffFile("Rates.csv", "RT,0,x,60s,60s,0s\nRT2,y,1,60s,60s,0s"),
            new TariffFile("Destinations.csv", "DST,"),
        ]));
        Assert.Equal(["Destinations.csv:1", "Rates.csv:1", "Rates.csv:2"], exception.Errors.Select(error => $"{error.File}:{error.Line}"));
    }

    [Fact]
    public void A_missing_folder_is_a_clear_error()
    {
        string folder = Path.Combine(Path.GetTempPath(), "hotpath-no-such-folder");
        TariffException exception = Assert.Throws<TariffException>(() => TariffLoader.LoadFolder(folder));
        Assert.Contains("name a folder with the CSV files of a tariff plan", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_engine_does_not_do_is_a_notice()
    {
        Tariff tariff = TariffLoader.Load(
        [
            new TariffFile("Actions.csv", "LOG,*log,,,,,,,,,,,,,false,false,10"),
            new TariffFile("Attributes.csv", "t,ATTR,*sessions,*prefix:~*req.Account:10,,,*req.X,*constant,1,false,10"),
        ]);
        Assert.Equal(2, tariff.Notices.Count);
        Assert.Empty(tariff.Attributes);
    }
}
