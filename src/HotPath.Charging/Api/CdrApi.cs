using System.Buffers;
using System.Text.Json;
using HotPath.Commands;

namespace HotPath.Charging;

/// <summary>The methods that query CDRs. Source: facts cgrates-engine.md §5, wire recordings 139-143.</summary>
internal sealed class CdrApi
{
    private readonly CdrStore _cdrs;

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
        CdrFilter filter = new(new ApiParameters(parameters));
        bool isAny = false;
        answer.Result.WriteStartArray();
        foreach (CallDetailRecord cdr in filter.Apply(_cdrs.All))
        {
            isAny = true;
            if (isExternal)
            {
                WriteExternal(answer.Result, cdr);
            }
            else
            {
                WriteInternal(answer.Result, cdr);
            }
        }

        answer.Result.WriteEndArray();
        if (!isAny)
        {
            answer.Fail("NOT_FOUND");
        }
    }

    private void CountCdrs(ReadOnlySpan<byte> parameters, ApiAnswer answer) =>
        answer.Result.WriteNumberValue(new CdrFilter(new ApiParameters(parameters)).Apply(_cdrs.All).Count());

    /// <summary>Usage in Go's text form, cost details as JSON in a text.</summary>
    private static void WriteExternal(Utf8JsonWriter writer, CallDetailRecord cdr)
    {
        writer.WriteStartObject();
        WriteCall(writer, cdr);
        writer.WriteString("Usage"u8, ApiJson.Duration(cdr.Usage.Nanoseconds));
        WriteExtraFields(writer, cdr);
        writer.WriteString("CostSource"u8, cdr.CostSource);
        ApiJson.WriteDecimal(writer, "Cost"u8, cdr.Cost);
        ArrayBufferWriter<byte> details = new();
        using (Utf8JsonWriter detailsWriter = new(details, CgrJson.WriterOptions))
        {
            WriteCostDetails(detailsWriter, cdr);
        }

        writer.WriteString("CostDetails"u8, details.WrittenSpan);
        writer.WriteString("ExtraInfo"u8, cdr.ExtraInfo);
        writer.WriteBoolean("PreRated"u8, false);
        writer.WriteEndObject();
    }

    private static void WriteInternal(Utf8JsonWriter writer, CallDetailRecord cdr)
    {
        writer.WriteStartObject();
        WriteCall(writer, cdr);
        writer.WriteNumber("Usage"u8, cdr.Usage.Nanoseconds);
        WriteExtraFields(writer, cdr);
        writer.WriteString("ExtraInfo"u8, cdr.ExtraInfo);
        writer.WriteBoolean("Partial"u8, false);
        writer.WriteBoolean("PreRated"u8, false);
        writer.WriteString("CostSource"u8, cdr.CostSource);
        ApiJson.WriteDecimal(writer, "Cost"u8, cdr.Cost);
        writer.WritePropertyName("CostDetails"u8);
        WriteCostDetails(writer, cdr);
        writer.WriteEndObject();
    }

    private static void WriteCall(Utf8JsonWriter writer, CallDetailRecord cdr)
    {
        writer.WriteString("CGRID"u8, cdr.CgrId);
        writer.WriteString("RunID"u8, cdr.RunId);
        writer.WriteNumber("OrderID"u8, cdr.OrderId);
        writer.WriteString("OriginHost"u8, cdr.OriginHost);
        writer.WriteString("Source"u8, cdr.Source);
        writer.WriteString("OriginID"u8, cdr.OriginId);
        writer.WriteString("ToR"u8, cdr.ToR);
        writer.WriteString("RequestType"u8, cdr.RequestType);
        writer.WriteString("Tenant"u8, cdr.Tenant);
        writer.WriteString("Category"u8, cdr.Category);
        writer.WriteString("Account"u8, cdr.Account);
        writer.WriteString("Subject"u8, cdr.Subject);
        writer.WriteString("Destination"u8, cdr.Destination);
        writer.WriteString("SetupTime"u8, ApiJson.Time(cdr.SetupTime));
        writer.WriteString("AnswerTime"u8, ApiJson.Time(cdr.AnswerTime));
    }

    private static void WriteExtraFields(Utf8JsonWriter writer, CallDetailRecord cdr)
    {
        writer.WriteStartObject("ExtraFields"u8);
        foreach ((string name, string value) in cdr.ExtraFields)
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
    }

    private static void WriteCostDetails(Utf8JsonWriter writer, CallDetailRecord cdr)
    {
        if (cdr.CostDetails is { } cost)
        {
            EventCostWriter.Write(writer, cost, cdr.CgrId, cdr.RunId);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
