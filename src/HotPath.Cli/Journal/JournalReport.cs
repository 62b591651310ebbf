using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using HotPath.Billing;

namespace HotPath.Cli;

/// <summary>Shows records and sessions of a journal: a line each, for a person or as JSON.</summary>
internal sealed class JournalReport(TextWriter output, bool asJson)
{
    private static readonly JsonWriterOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="sequence">The record's number.</param>
    /// <param name="entry">The record; <c>null</c>: it is not understood.</param>
    public void Record(long sequence, JournalEntry? entry)
    {
        if (asJson)
        {
            WriteJson(json =>
            {
                json.WriteNumber("sequence", sequence);
                json.WriteString("kind", entry?.Kind.ToString() ?? "NotUnderstood");
                if (entry is not null)
                {
                    json.WriteString("time", entry.Time);
                    json.WriteNumber("session", entry.Number);
                    WriteSession(json, entry.Session);
                    if (entry.Kind == JournalRecordKind.Resolved)
                    {
                        json.WriteString("outcome", entry.Outcome.ToString());
                        json.WriteString("note", entry.Note);
                    }
                }
            });
        }
        else if (entry is null)
        {
            output.WriteLine($"{sequence} not understood");
        }
        else
        {
            string about = entry.Session is { } session ? $" {TextOf(session)}" : entry.Number > 0 ? $" session {entry.Number}" : "";
            about += entry.Kind == JournalRecordKind.Resolved ? $": {entry.Outcome}{(entry.Note.Length > 0 ? ", " : "")}{Printable(entry.Note)}" : "";
            output.WriteLine($"{sequence} {TextOf(entry.Time)} {entry.Kind}{about}");
        }
    }

    /// <summary>What reading the whole journal found.</summary>
    public void Summary(JournalSummary summary, JournalReplay replay)
    {
        if (asJson)
        {
            WriteJson(json =>
            {
                json.WriteNumber("segments", summary.Segments);
                json.WriteNumber("records", summary.Records);
                json.WriteNumber("notUnderstood", replay.NotUnderstood);
                json.WriteNumber("epoch", summary.Epoch);
                json.WriteNumber("open", replay.Open.Count());
                json.WriteNumber("unresolved", replay.Unresolved.Count());
                json.WriteStartArray("damages");
                foreach (JournalDamage damage in summary.Damages)
                {
                    json.WriteStringValue(damage.ToString());
                }

                json.WriteEndArray();
            });
            return;
        }

        output.WriteLine($"{summary.Segments} segments, {summary.Records} records ({replay.NotUnderstood} not understood), owner {summary.Epoch}; {replay.Open.Count()} sessions open, {replay.Unresolved.Count()} unresolved");
        foreach (JournalDamage damage in summary.Damages)
        {
            output.WriteLine(damage);
        }
    }

    /// <param name="sessions">What to show.</param>
    /// <param name="ifNone">What to tell a person where there is nothing to show.</param>
    public void Sessions(IReadOnlyList<JournaledSession> sessions, string ifNone)
    {
        foreach (JournaledSession session in sessions)
        {
            if (asJson)
            {
                WriteJson(json =>
                {
                    json.WriteNumber("session", session.Number);
                    WriteSession(json, session);
                });
            }
            else
            {
                output.WriteLine(TextOf(session));
            }
        }

        if (sessions.Count == 0 && !asJson)
        {
            output.WriteLine(ifNone);
        }
    }

    private static void WriteSession(Utf8JsonWriter json, JournaledSession? session)
    {
        if (session is null)
        {
            return;
        }

        json.WriteString("stage", session.Stage.ToString());
        json.WriteString("originHost", session.OriginHost);
        json.WriteString("originId", session.OriginId);
        json.WriteString("account", session.Account);
        json.WriteString("destination", session.Destination);
        json.WriteString("requestType", session.Profile.RequestType);
        json.WriteString("tenant", session.Profile.Tenant);
        json.WriteString("engine", session.EngineName);
        json.WriteBoolean("initiated", session.IsInitiated);
        json.WriteString("setupTime", session.SetupTime);
        if (session.AnswerTime is { } answer)
        {
            json.WriteString("answerTime", answer);
            json.WriteNumber("grantNs", session.Grant.Nanoseconds);
        }

        if (session.EndTime is { } end)
        {
            json.WriteString("endTime", end);
            json.WriteNumber("durationMs", session.DurationMs);
            json.WriteString("cause", session.Cause.Text);
        }

        if (session.Detail.Length > 0)
        {
            json.WriteString("detail", session.Detail);
        }
    }

    private static string TextOf(DateTimeOffset time) => time.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static string TextOf(JournaledSession session)
    {
        StringBuilder line = new();
        line.Append(CultureInfo.InvariantCulture, $"session {session.Number} {session.OriginId} at {session.OriginHost}: {session.Account} to {session.Destination}, {session.Stage}");
        line.Append(session.AnswerTime is { } answer ? $", answered {TextOf(answer)}, granted {session.Grant}" : ", not answered");
        line.Append(session.IsInitiated && session.EngineName.Length > 0 ? $" by {session.EngineName}" : "");
        line.Append(session.EndTime is null ? "" : string.Create(CultureInfo.InvariantCulture, $", ended after {session.DurationMs / 1e3:0.000} s ({session.Cause.Text})"));
        line.Append(session.Detail.Length > 0 ? $": {session.Detail}" : "");

        return Printable(line.ToString());
    }

    /// <summary>What a caller chose must not move the cursor of whoever reads this.</summary>
    private static string Printable(string text) => string.Concat(text.Select(character => char.IsControl(character) ? '?' : character));

    private void WriteJson(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> bytes = new();
        using (Utf8JsonWriter json = new(bytes, s_json))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        output.WriteLine(Encoding.UTF8.GetString(bytes.WrittenSpan));
    }
}
