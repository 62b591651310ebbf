using System.Text;
using HotPath.Commands;

namespace HotPath.Charging;

/// <summary><c>APIerSv1.GetCost</c>: what a call would cost. Source: facts cgrates-engine.md §2.5, wire recordings 030-038.</summary>
internal sealed class CostApi
{
    private readonly EngineOptions _options;
    private readonly Tariff _tariff;
    private readonly RatedUsage _rated = new();

    public CostApi(EngineOptions options, Tariff tariff, ApiRouter router)
    {
        _options = options;
        _tariff = tariff;
        router.Add("APIerSv1.GetCost", (_, parameters, answer) => GetCost(new ApiParameters(parameters), answer));
    }

    private void GetCost(ApiParameters parameters, ApiAnswer answer)
    {
        string usageText = parameters.Text("Usage");
        if (!Nanoseconds.TryParse(usageText, out long usage))
        {
            answer.Fail($"time: invalid duration \"{usageText}\"");
            return;
        }

        if (!TimeText.TryParse(Encoding.UTF8.GetBytes(parameters.Text("AnswerTime")), out DateTimeOffset? start))
        {
            answer.Fail("Unsupported time format");
            return;
        }

        RatingQuery query = new()
        {
            Tenant = parameters.TextOr("Tenant", _options.DefaultTenant),
            Category = parameters.TextOr("Category", _options.DefaultCategory),
            Subject = parameters.Text("Subject"),
            Destination = parameters.Text("Destination"),
            ToR = parameters.TextOr("ToR", RatingQuery.Voice),
            Start = start?.UtcDateTime ?? DateTime.MinValue,
            Usage = Math.Max(0, usage),
        };
        ChargingError error = RatingEngine.Rate(_tariff, query, _options.RoundingDecimals, _rated);
        if (error != ChargingError.None)
        {
            answer.Fail($"SERVER_ERROR: {error.Text()}");
            return;
        }

        ChargeList charges = new();
        charges.Add(_rated);
        EventCostWriter.Write(answer.Result, new EventCost(query.Start, charges, _rated.EventCost, null), cgrId: "", runId: "");
    }
}
