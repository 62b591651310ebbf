using System.Text.Json;

namespace HotPath.Charging;

/// <summary>Writes accounts in the shapes of <c>APIerSv1</c> and <c>APIerSv2</c>. Source: wire recordings 023, 024.</summary>
internal static class AccountWriter
{
    public static void Write(Utf8JsonWriter writer, Account account, bool isVersion1)
    {
        writer.WriteStartObject();
        writer.WriteString(isVersion1 ? "Id"u8 : "ID"u8, isVersion1 ? $"*out:{account.Id}" : account.Id);
        writer.WriteStartObject("BalanceMap"u8);
        foreach (IGrouping<string, Balance> balances in account.Balances.GroupBy(balance => balance.Type))
        {
            writer.WriteStartArray(isVersion1 ? balances.Key + "*out" : balances.Key);
            foreach (Balance balance in balances)
            {
                WriteBalance(writer, balance, isVersion1);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        if (isVersion1)
        {
            writer.WriteStartArray("UnitCounters"u8);
            writer.WriteEndArray();
            writer.WriteStartArray("ActionTriggers"u8);
            writer.WriteEndArray();
        }
        else
        {
            writer.WriteNull("UnitCounters"u8);
            writer.WriteNull("ActionTriggers"u8);
        }

        writer.WriteBoolean("AllowNegative"u8, account.AllowNegative);
        writer.WriteBoolean("Disabled"u8, account.Disabled);
        if (!isVersion1)
        {
            writer.WriteString("UpdateTime"u8, ApiJson.Time(null));
        }

        writer.WriteEndObject();
    }

    private static void WriteBalance(Utf8JsonWriter writer, Balance balance, bool isVersion1)
    {
        writer.WriteStartObject();
        writer.WriteString("Uuid"u8, balance.Uuid);
        writer.WriteString(isVersion1 ? "Id"u8 : "ID"u8, balance.Id);
        ApiJson.WriteDecimal(writer, "Value"u8, balance.Value);
        writer.WriteString("ExpirationDate"u8, ApiJson.Time(balance.Expires));
        ApiJson.WriteDecimal(writer, "Weight"u8, balance.Weight);
        if (isVersion1)
        {
            writer.WriteString("DestinationIds"u8, string.Join(';', balance.DestinationIds));
            writer.WriteString("RatingSubject"u8, balance.RatingSubject);
            writer.WriteString("Category"u8, string.Join(';', balance.Categories));
            writer.WriteString("SharedGroup"u8, ""u8);
            writer.WriteNull("Timings"u8);
            writer.WriteString("TimingIDs"u8, ""u8);
            writer.WriteBoolean("Disabled"u8, balance.Disabled);
        }
        else
        {
            WriteSet(writer, "DestinationIDs"u8, balance.DestinationIds);
            writer.WriteString("RatingSubject"u8, balance.RatingSubject);
            WriteSet(writer, "Categories"u8, balance.Categories);
            WriteSet(writer, "SharedGroups"u8, []);
            writer.WriteNull("Timings"u8);
            WriteSet(writer, "TimingIDs"u8, []);
            writer.WriteBoolean("Disabled"u8, balance.Disabled);
            writer.WriteNull("Factor"u8);
            writer.WriteBoolean("Blocker"u8, balance.Blocker);
        }

        writer.WriteEndObject();
    }

    /// <summary>A set of names; false for one with <c>!</c> before it.</summary>
    private static void WriteSet(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string[] values)
    {
        writer.WriteStartObject(name);
        foreach (string value in values)
        {
            writer.WriteBoolean(value.TrimStart('!'), !value.StartsWith('!'));
        }

        writer.WriteEndObject();
    }
}
