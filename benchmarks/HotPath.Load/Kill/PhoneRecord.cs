using System.Text.Json;
using HotPath.Testing;

namespace HotPath.Load;

/// <summary>What one side of a call lived through, on the wall clock of the machine.</summary>
/// <param name="CallId">The call.</param>
/// <param name="StartedMs">When the caller began it, or the callee heard of it, milliseconds of Unix time; 0: it did not.</param>
/// <param name="Status">The last final response to the INVITE; 0: none.</param>
/// <param name="AnsweredMs">When it was answered; <c>null</c>: it was not.</param>
/// <param name="EndedMs">When this side heard or said that it was over; <c>null</c>: it did not.</param>
/// <param name="SentBye">This side hung up.</param>
internal sealed record PhoneRecord(string CallId, long StartedMs, int Status, long? AnsweredMs, long? EndedMs, bool SentBye)
{
    /// <summary>Takes down what a phone lived through.</summary>
    public static PhoneRecord Of(RealTimePhone phone, string callId, CallExperience experience, TimeSpan? started)
    {
        long? WallMs(TimeSpan? elapsed) => elapsed is { } time ? phone.WallTimeOf(time).ToUnixTimeMilliseconds() : null;
        return new PhoneRecord(
            callId, WallMs(started) ?? 0, experience.Status, experience.Answered ? WallMs(experience.AnsweredAt) : null, WallMs(experience.EndedAt), experience.SentBye);
    }

    /// <summary>Reads the lines of a phone that has ended.</summary>
    public static Dictionary<string, PhoneRecord> ReadAll(TextReader reader)
    {
        Dictionary<string, PhoneRecord> records = [];
        while (reader.ReadLine() is { } line)
        {
            PhoneRecord record = JsonSerializer.Deserialize<PhoneRecord>(line)!;
            records.Add(record.CallId, record);
        }

        return records;
    }

    /// <summary>Writes it as a line.</summary>
    public void WriteTo(TextWriter output) => output.WriteLine(JsonSerializer.Serialize(this));
}
