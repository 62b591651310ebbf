using HotPath.Commands;

namespace HotPath.Charging;

/// <summary>The methods that query CDRs. Source: facts cgrates-engine.md §5, wire recordings 139-143.</summary>
internal sealed class CdrApi
{
    private readonly CdrStore _cdrs;
    private readonly QueryReader _queries = new();

    public CdrApi(CdrStore cdrs, ApiRouter router)
    {
        _cdrs = cdrs;
        router.Add("CDRsV1.GetCDRs", (_, parameters, answer) => GetCdrs(parameters, answer, isExternal: false));
        router.Add("APIerSv1.GetCDRs", (_, parameters, answer) => GetCdrs(parameters, answer, isExternal: true));
        router.Add("APIerSv2.GetCDRs", (_, parameters, answer) => GetCdrs(parameters, answer, isExternal: true));
        router.Add("CDRsV1.GetCDRsCount", (_, parameters, answer) => CountCdrs(parameters, answer));
        router.Add("APIerSv2.CountCDRs", (_, parameters, answer) => CountCdrs(parameters, answer));
    }

    private void GetCdrs(ReadOnlySpan<byte> parameters, ApiAnswer answer, bool isExternal)
    {
        if (ReadFilter(parameters, answer) is not { } filter)
        {
            return;
        }

        // One after the other: together they may be very many.
        bool isAny = false;
        answer.Result.WriteStartArray();
        foreach (CallDetailRecord cdr in filter.Apply(_cdrs.All))
        {
            isAny = true;
            if (isExternal)
            {
                DescribeExternally(cdr).WriteTo(answer.Result);
            }
            else
            {
                Describe(cdr).WriteTo(answer.Result);
            }
        }

        answer.Result.WriteEndArray();
        if (!isAny)
        {
            answer.Fail("NOT_FOUND");
        }
    }

    private void CountCdrs(ReadOnlySpan<byte> parameters, ApiAnswer answer)
    {
        if (ReadFilter(parameters, answer) is { } filter)
        {
            answer.Result.WriteNumberValue(filter.Apply(_cdrs.All).Count());
        }
    }

    private CdrFilter? ReadFilter(ReadOnlySpan<byte> parameters, ApiAnswer answer)
    {
        if (!_queries.TryRead<GetCdrs, GetCdrsReply>(parameters, answer, out GetCdrs query))
        {
            return null;
        }

        if (CdrFilter.FindUnknown(query) is { } unknown)
        {
            answer.Fail($"NOT_IMPLEMENTED: {unknown}");
            return null;
        }

        return new CdrFilter(query);
    }

    private static Cdr Describe(CallDetailRecord cdr) => new()
    {
        CgrId = cdr.CgrId,
        RunId = cdr.RunId,
        OrderId = cdr.OrderId,
        OriginHost = cdr.OriginHost,
        Source = cdr.Source,
        OriginId = cdr.OriginId,
        ToR = cdr.ToR,
        RequestType = cdr.RequestType,
        Tenant = cdr.Tenant,
        Category = cdr.Category,
        Account = cdr.Account,
        Subject = cdr.Subject,
        Destination = cdr.Destination,
        SetupTime = ApiJson.OrZero(cdr.SetupTime),
        AnswerTime = ApiJson.OrZero(cdr.AnswerTime),
        Usage = cdr.Usage,
        ExtraFields = ApiJson.Object(cdr.ExtraFields),
        ExtraInfo = cdr.ExtraInfo,
        Partial = false,
        PreRated = false,
        CostSource = cdr.CostSource,
        Cost = CgrRounding.Trim(cdr.Cost),
        CostDetails = CostDetails(cdr),
    };

    private static ExternalCdr DescribeExternally(CallDetailRecord cdr) => new()
    {
        CgrId = cdr.CgrId,
        RunId = cdr.RunId,
        OrderId = cdr.OrderId,
        OriginHost = cdr.OriginHost,
        Source = cdr.Source,
        OriginId = cdr.OriginId,
        ToR = cdr.ToR,
        RequestType = cdr.RequestType,
        Tenant = cdr.Tenant,
        Category = cdr.Category,
        Account = cdr.Account,
        Subject = cdr.Subject,
        Destination = cdr.Destination,
        SetupTime = ApiJson.OrZero(cdr.SetupTime),
        AnswerTime = ApiJson.OrZero(cdr.AnswerTime),
        Usage = ApiJson.Duration(cdr.Usage.Nanoseconds),
        ExtraFields = ApiJson.Object(cdr.ExtraFields),
        CostSource = cdr.CostSource,
        Cost = CgrRounding.Trim(cdr.Cost),
        CostDetails = CostDetails(cdr),
        ExtraInfo = cdr.ExtraInfo,
        PreRated = false,
    };

    private static string CostDetails(CallDetailRecord cdr) =>
        cdr.CostDetails is { } cost ? ApiJson.Text(writer => EventCostWriter.Write(writer, cost, cdr.CgrId, cdr.RunId)) : "null";
}
