using System.Globalization;
using System.Text;
using System.Text.Json;
using HotPath.Commands;

namespace HotPath.Charging.Tests;

/// <summary>Calls cost what CGRateS says they cost, to the last decimal.</summary>
public sealed class RatingVectorTests(ITestOutputHelper output)
{
    [Fact, Trait("FieldPain", "24")]
    public void Every_published_cost_is_reproduced()
    {
        JsonElement vectors = VectorTariffs.Read();
        Dictionary<string, Tariff> tariffs = [];
        RatedUsage rated = new();
        List<string> wrong = [];
        int cases = 0;
        foreach (JsonElement vector in vectors.GetProperty("getcost").EnumerateArray())
        {
            cases++;
            string name = vector.GetProperty("tariff").GetString()!;
            if (!tariffs.TryGetValue(name, out Tariff? tariff))
            {
                tariffs.Add(name, tariff = VectorTariffs.Load(vectors, name));
            }

            JsonElement query = vector.GetProperty("query");
            JsonElement expected = vector.GetProperty("expect");
            ChargingError error = RatingEngine.Rate(tariff, ToQuery(query), vector.GetProperty("rounding_decimals").GetInt32(), rated);
            decimal cost = vector.GetProperty("reply").GetString() == "CallCost" ? rated.CallCost : rated.EventCost;
            string id = vector.GetProperty("id").GetString()!;
            string expectedError = expected.TryGetProperty("error", out JsonElement errorText) ? errorText.GetString()! : "";
            if (error.Text() != expectedError)
            {
                wrong.Add($"{id}: error '{error.Text()}', not '{expectedError}'");
            }

            if (expected.TryGetProperty("cost", out JsonElement expectedCost) && cost != expectedCost.GetDecimal())
            {
                wrong.Add($"{id}: cost {cost}, not {expectedCost}");
            }

            if (expected.TryGetProperty("timespans", out JsonElement spans) && rated.SpanCount != spans.GetInt32())
            {
                wrong.Add($"{id}: {rated.SpanCount} spans, not {spans}");
            }
        }

        output.WriteLine($"{cases} cost vectors");
        Assert.Empty(wrong);
        Assert.True(cases > 0, "no vectors");
    }

    private static RatingQuery ToQuery(JsonElement query)
    {
        Assert.True(DurationText.TryParse(Encoding.UTF8.GetBytes(query.GetProperty("Usage").GetString()!), 0, out CgrDuration usage));
        return new RatingQuery
        {
            Tenant = query.GetProperty("Tenant").GetString()!,
            Category = query.GetProperty("Category").GetString()!,
            Subject = query.GetProperty("Subject").GetString()!,
            Destination = query.GetProperty("Destination").GetString()!,
            ToR = query.TryGetProperty("ToR", out JsonElement tor) ? tor.GetString()! : "*voice",
            Start = DateTime.Parse(query.GetProperty("AnswerTime").GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal),
            Usage = usage.Nanoseconds,
        };
    }
}
