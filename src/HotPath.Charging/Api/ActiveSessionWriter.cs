using System.Text.Json;

namespace HotPath.Charging;

/// <summary>Writes a run of an open session as <c>SessionSv1.GetActiveSessions</c> shows it. Source: wire recordings 124, 288.</summary>
internal static class ActiveSessionWriter
{
    public static void Write(Utf8JsonWriter writer, Session session, SessionRun run, string nodeId)
    {
        CallEvent callEvent = run.Event;
        SortedDictionary<string, string> extraFields = new(StringComparer.Ordinal);
        callEvent.CopyExtraFields(extraFields);
        writer.WriteStartObject();
        writer.WriteString("CGRID"u8, session.CgrId);
        writer.WriteString("RunID"u8, run.RunId);
        writer.WriteString("ToR"u8, callEvent.ToR);
        writer.WriteString("OriginID"u8, callEvent.OriginId);
        writer.WriteString("OriginHost"u8, callEvent.OriginHost);
        writer.WriteString("Source"u8, "SessionS_"u8);
        writer.WriteString("RequestType"u8, callEvent.RequestType);
        writer.WriteString("Tenant"u8, callEvent.Tenant);
        writer.WriteString("Category"u8, callEvent.Category);
        writer.WriteString("Account"u8, callEvent.Account);
        writer.WriteString("Subject"u8, callEvent.Subject);
        writer.WriteString("Destination"u8, callEvent.Destination);
        writer.WriteString("SetupTime"u8, ApiJson.Time(callEvent.SetupTime));
        writer.WriteString("AnswerTime"u8, ApiJson.Time(callEvent.AnswerTime));
        writer.WriteNumber("Usage"u8, run.TotalUsage);
        writer.WriteStartObject("ExtraFields"u8);
        foreach ((string name, string value) in extraFields)
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
        writer.WriteString("NodeID"u8, nodeId);
        writer.WriteNumber("LoopIndex"u8, run.Charges.Usage > 0 ? 1 : 0);
        writer.WriteNumber("DurationIndex"u8, run.Charges.Usage);
        writer.WriteNumber("MaxRate"u8, 0);
        writer.WriteNumber("MaxRateUnit"u8, 0);
        ApiJson.WriteDecimal(writer, "MaxCostSoFar"u8, run.Charges.Cost);
        writer.WriteNumber("DebitInterval"u8, session.DebitInterval);
        writer.WriteString("NextAutoDebit"u8, ApiJson.Time(run.NextDebit));
        writer.WriteEndObject();
    }
}
