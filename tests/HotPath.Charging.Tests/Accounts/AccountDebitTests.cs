using HotPath.Testing;

namespace HotPath.Charging.Tests;

/// <summary>Balances pay in the right order, nothing is lost or made by a debit, and a grant costs the same however long it is.</summary>
public sealed class AccountDebitTests
{
    private static readonly Tariff s_tariff = TariffLoader.LoadTutorial();

    [Fact]
    public void A_grant_is_what_the_money_pays_for()
    {
        Account account = WithMoney(10);
        Assert.Equal(ChargingError.None, new AccountDebit(5).GetMaxUsage(s_tariff, account, Call("1002", 3 * 3600), out long granted));
        Assert.Equal(5688 * Nanoseconds.PerSecond, granted);
        Assert.Equal(10, account.Money);
    }

    [Theory]
    [InlineData("0.59", 0)]
    [InlineData("0.60", 60)]
    [InlineData("0.60166", 60)]
    [InlineData("0.60167", 61)]
    public void A_grant_ends_at_the_last_increment_that_is_paid(string money, long seconds)
    {
        Assert.Equal(ChargingError.None, new AccountDebit(5).GetMaxUsage(s_tariff, WithMoney(decimal.Parse(money, System.Globalization.CultureInfo.InvariantCulture)), Call("1002", 3600), out long granted));
        Assert.Equal(seconds * Nanoseconds.PerSecond, granted);
    }

    [Fact]
    public void A_maximum_cost_ends_the_grant_of_the_tutorial_at_12_seconds()
    {
        Assert.Equal(ChargingError.None, new AccountDebit(5).GetMaxUsage(s_tariff, WithMoney(10), Call("1003", 3 * 3600), out long granted));
        Assert.Equal(12 * Nanoseconds.PerSecond, granted);
    }

    [Fact]
    public void Free_units_are_used_before_money_and_then_money_by_weight()
    {
        Account account = new("t", "a");
        account.TopUp(new BalanceTemplate { Id = "light", Type = Balance.Monetary, Value = 1, Weight = 5 });
        account.TopUp(new BalanceTemplate { Id = "heavy", Type = Balance.Monetary, Value = 0.05m, Weight = 20 });
        account.TopUp(new BalanceTemplate { Id = "minutes", Type = "*voice", Value = 7 * Nanoseconds.PerSecond });
        ChargeList charges = new();
        Assert.Equal(ChargingError.None, new AccountDebit(5).Debit(s_tariff, account, Call("1003", 20), charges));
        Assert.Equal([0.92m, 0m, 0m], account.Balances.Select(balance => balance.Value));
        Assert.Equal(0.13m, charges.Cost);
        Assert.Equal(20 * Nanoseconds.PerSecond, charges.Usage);
    }

    [Fact]
    public void A_balance_pays_only_for_its_destinations_and_categories()
    {
        Account account = new("t", "a");
        account.TopUp(new BalanceTemplate { Id = "other", Type = Balance.Monetary, Value = 5, Weight = 30, DestinationIds = ["DST_1002"] });
        account.TopUp(new BalanceTemplate { Id = "not", Type = Balance.Monetary, Value = 5, Weight = 30, DestinationIds = ["!DST_1003"] });
        account.TopUp(new BalanceTemplate { Id = "sms", Type = Balance.Monetary, Value = 5, Weight = 30, Categories = ["sms"] });
        account.TopUp(new BalanceTemplate { Id = "fs", Type = Balance.Monetary, Value = 5, Weight = 10, DestinationIds = ["DST_FS"] });
        account.TopUp(new BalanceTemplate { Id = "any", Type = Balance.Monetary, Value = 5, Weight = 20 });
        Assert.Equal(ChargingError.None, new AccountDebit(5).Debit(s_tariff, account, Call("1003", 20), new ChargeList()));
        Assert.Equal("fs", Assert.Single(account.Balances, balance => balance.Value == 4.8m).Id);
    }

    [Fact]
    public void What_nobody_covers_is_owed_by_the_default_balance()
    {
        Account account = WithMoney(0.1m);
        ChargeList charges = new();
        Assert.Equal(ChargingError.None, new AccountDebit(5).Debit(s_tariff, account, Call("1003", 20), charges));
        Assert.Equal(0, account.Find(Balance.Monetary, "test")!.Value);
        Assert.Equal(-0.1m, account.Find(Balance.Monetary, Balance.DefaultId)!.Value);
        Assert.Equal(0.2m, charges.Cost);
    }

    [Fact]
    public void A_blocking_balance_that_does_not_cover_a_debit_refuses_it_whole()
    {
        Account account = WithMoney(1);
        account.TopUp(new BalanceTemplate { Id = "sms", Type = "*sms", Value = 10, Weight = 20, Blocker = true });
        AccountDebit debit = new(5);
        RatingQuery messages = Call("1002", 0) with { Category = "sms", ToR = "*sms", Usage = 8 };
        Assert.Equal(ChargingError.None, debit.Debit(s_tariff, account, messages, new ChargeList()));
        Assert.Equal(2, account.Find("*sms", "sms")!.Value);
        Assert.Equal(ChargingError.BalanceBlocked, debit.Debit(s_tariff, account, messages with { Usage = 3 }, new ChargeList()));
        Assert.Equal(2, account.Find("*sms", "sms")!.Value);
        Assert.Equal(1, account.Money);
    }

    [Fact]
    public void A_disabled_account_cannot_call()
    {
        Account account = WithMoney(10);
        account.Disabled = true;
        Assert.Equal(ChargingError.AccountDisabled, new AccountDebit(5).GetMaxUsage(s_tariff, account, Call("1002", 1), out _));
        Assert.Equal(ChargingError.AccountDisabled, new AccountDebit(5).Debit(s_tariff, account, Call("1002", 1), new ChargeList()));
    }

    [Fact]
    public void An_account_that_may_go_negative_has_no_limit()
    {
        Account account = WithMoney(0);
        account.AllowNegative = true;
        Assert.Equal(ChargingError.None, new AccountDebit(5).GetMaxUsage(s_tariff, account, Call("1002", 3600), out long granted));
        Assert.Equal(-1, granted);
    }

    [Fact]
    public void Refunds_undo_debits_exactly_whatever_the_balances()
    {
        Random random = new(7);
        AccountDebit debit = new(5);
        for (int round = 0; round < 2000; round++)
        {
            Account account = new("t", "a");
            for (int i = random.Next(4); i >= 0; i--)
            {
                account.TopUp(new BalanceTemplate
                {
                    Id = $"b{i}",
                    Type = random.Next(3) == 0 ? "*voice" : Balance.Monetary,
                    Value = random.Next(3) == 0 ? random.Next(100) * Nanoseconds.PerSecond : random.Next(2000) / 1000m,
                    Weight = random.Next(3),
                    RatingSubject = random.Next(4) == 0 ? "1003" : "",
                });
            }

            decimal[] before = [.. account.Balances.Select(balance => balance.Value)];
            ChargeList charges = new();
            long used = 0;
            for (int piece = random.Next(1, 5); piece > 0; piece--)
            {
                long seconds = random.Next(1, 200);
                debit.Debit(s_tariff, account, Call(random.Next(2) == 0 ? "1002" : "1003", seconds) with { UsedBefore = used, IsContinued = used > 0 }, charges);
                used = charges.Usage;
            }

            decimal paid = 0;
            foreach (ref readonly Charge charge in charges.Charges)
            {
                paid += charge.Cost;
            }

            Assert.Equal(charges.Cost, paid);
            Assert.Equal(before.Where((_, i) => account.Balances[i].IsMoney).Sum() - account.Money, charges.Cost);
            if (random.Next(2) == 0)
            {
                charges.Round();
                Assert.Equal(before.Where((_, i) => account.Balances[i].IsMoney).Sum() - account.Money, charges.Cost);
            }

            charges.Undo();
            Assert.Equal(before, account.Balances.Take(before.Length).Select(balance => balance.Value));
            Assert.Equal(0, charges.Cost);
            Assert.Equal(0, charges.Usage);
        }
    }

    [Fact]
    public void Trimming_keeps_the_increment_in_which_the_usage_ends()
    {
        Account account = WithMoney(10);
        ChargeList charges = new();
        AccountDebit debit = new(5);
        debit.Debit(s_tariff, account, Call("1002", 120), charges);
        Assert.Equal(0.7002m, charges.Cost);
        charges.Trim((85 * Nanoseconds.PerSecond) - 1);
        Assert.Equal(85 * Nanoseconds.PerSecond, charges.Usage);
        Assert.Equal(0.64175m, charges.Cost);
        charges.Round();
        Assert.Equal(0.6418m, charges.Cost);
        Assert.Equal(9.3582m, account.Money);
        charges.Trim(1);
        Assert.Equal(0.6m, charges.Cost);
        Assert.Equal(9.4m, account.Money);
    }

    [Fact]
    public void A_grant_takes_the_same_effort_and_no_memory_however_long_it_is()
    {
        Account account = WithMoney(1000);
        AccountDebit debit = new(5);
        for (int i = 0; i < 100; i++)
        {
            debit.GetMaxUsage(s_tariff, account, Call("1002", 72 * 3600), out _);
        }

        Assert.Equal(0, SteadyState.AllocatedBytes(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                debit.GetMaxUsage(s_tariff, account, Call("1002", 72 * 3600), out long granted);
                Assert.True(granted > 0);
            }
        }));
    }

    private static Account WithMoney(decimal money)
    {
        Account account = new("cgrates.org", "1001");
        account.TopUp(new BalanceTemplate { Id = "test", Type = Balance.Monetary, Value = money, Weight = 10 });
        return account;
    }

    private static RatingQuery Call(string destination, long seconds) => new()
    {
        Tenant = "cgrates.org",
        Category = "call",
        Subject = "1001",
        Destination = destination,
        Start = new DateTime(2018, 1, 7, 17, 0, 0, DateTimeKind.Utc),
        Usage = seconds * Nanoseconds.PerSecond,
    };
}
