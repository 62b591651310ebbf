using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using HotPath.Testing;

namespace HotPath.Commands.Tests;

/// <summary>
/// Guards: a command set to what the reference module said, and variables to what its script added, is as JSON the message the module sent,
/// in both dialects. What differs on purpose is in docs/opensips-migration.md.
/// </summary>
public sealed class WireEqualityTests(ITestOutputHelper output)
{
    /// <summary>The module takes the whole header line for the Call-ID of a missed call.</summary>
    private const string HeaderName = "Call-ID: ";

    [Fact]
    public void Requests_of_the_reference_module_are_written_alike()
    {
        int equal = 0;
        int mended = 0;
        int variables = 0;
        foreach ((string test, JsonObject request) in Requests())
        {
            string method = (string)request["method"]!;
            JsonObject parameters = request["params"]![0]!.AsObject();
            CgrDialect dialect = method.StartsWith("SMGenericV1.", StringComparison.Ordinal) ? CgrDialect.PreRc8 : CgrDialect.Current;
            mended += Mend(method, parameters, dialect == CgrDialect.PreRc8 ? parameters : parameters["Event"] as JsonObject) ? 1 : 0;

            Said said = new(parameters, dialect);
            string? written = Write(method, said, dialect);
            Assert.True(written is not null, $"{test}: {method} is not in the catalogue.");
            Assert.True(JsonNode.DeepEquals(parameters, JsonNode.Parse(written)), $"{test}: {written} instead of {parameters.ToJsonString()}");
            equal++;
            variables += said.HasVariables ? 1 : 0;
        }

        output.WriteLine($"{equal} requests equal, {variables} of them with variables, {mended} but for what the module gets wrong.");
        Assert.True(equal > 0, "The recordings have no request of the catalogue.");
    }

    private static IEnumerable<(string Test, JsonObject Request)> Requests()
    {
        foreach (string line in SharedFiles.RequireLines("wire/opensips-module.jsonl"))
        {
            using JsonDocument test = JsonDocument.Parse(line);
            foreach (JsonElement message in test.RootElement.GetProperty("messages").EnumerateArray())
            {
                if (message.GetProperty("from").GetString() == "client" && TryParse(message.GetProperty("text").GetString()!) is { } request && request.ContainsKey("method"))
                {
                    yield return (test.RootElement.GetProperty("test").GetString()!, request);
                }
            }
        }
    }

    /// <summary>The message; null for several at once, which are answers to the engine.</summary>
    private static JsonObject? TryParse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Takes out what the module gets wrong: the header's name in an OriginID, and an event where there is none.</summary>
    private static bool Mend(string method, JsonObject parameters, JsonObject? fields)
    {
        if (method.StartsWith("CoreSv1.", StringComparison.Ordinal) && fields?.Count == 0)
        {
            return parameters.Remove("Event");
        }

        if (fields?["OriginID"] is JsonValue value && value.TryGetValue(out string? text) && text.StartsWith(HeaderName, StringComparison.Ordinal))
        {
            fields["OriginID"] = text[HeaderName.Length..];
            return true;
        }

        return false;
    }

    private static string? Write(string method, Said said, CgrDialect dialect) => method[(method.IndexOf('.') + 1)..] switch
    {
        "AuthorizeEvent" => Encode<AuthorizeEvent, AuthorizeReply>(
            new()
            {
                GetMaxUsage = said.Flag("GetMaxUsage"),
                GetAttributes = said.Flag("GetAttributes"),
                Tenant = said.Text("Tenant"),
                OriginId = said.Field("OriginID"),
                RequestType = said.Field("RequestType"),
                Account = said.Field("Account"),
                Destination = said.Field("Destination"),
                SetupTime = said.Time("SetupTime"),
                Variables = said.Variables(),
                Options = said.Options(),
            },
            dialect),
        "AuthorizeEventWithDigest" or "GetMaxUsage" => Encode<AuthorizeEventWithDigest, AuthorizeWithDigestReply>(
            new()
            {
                GetMaxUsage = dialect == CgrDialect.PreRc8 || said.Flag("GetMaxUsage"),
                GetAttributes = said.Flag("GetAttributes"),
                Tenant = said.Text("Tenant"),
                OriginId = said.Field("OriginID"),
                OriginHost = said.Field("OriginHost"),
                RequestType = said.Field("RequestType"),
                Account = said.Field("Account"),
                Destination = said.Field("Destination"),
                SetupTime = said.Time("SetupTime"),
                Variables = said.Variables(),
                Options = said.Options(),
            },
            dialect),
        "InitiateSession" => Encode<InitiateSession, InitiateReply>(
            new()
            {
                InitSession = dialect == CgrDialect.PreRc8 || said.Flag("InitSession"),
                GetAttributes = said.Flag("GetAttributes"),
                Tenant = said.Text("Tenant"),
                OriginId = said.Field("OriginID"),
                OriginHost = said.Field("OriginHost"),
                DialogId = said.Number("DialogID"),
                DialogEntry = said.Number("DialogEntry"),
                RequestType = said.Field("RequestType"),
                Account = said.Field("Account"),
                SetupTime = said.Time("SetupTime"),
                AnswerTime = said.Time("AnswerTime"),
                Destination = said.Field("Destination"),
                Variables = said.Variables(),
                Options = said.Options(),
            },
            dialect),
        "TerminateSession" => Encode<TerminateSession, OkReply>(
            new()
            {
                EndSession = dialect == CgrDialect.PreRc8 || said.Flag("TerminateSession"),
                GetAttributes = said.Flag("GetAttributes"),
                Tenant = said.Text("Tenant"),
                OriginId = said.Field("OriginID"),
                OriginHost = said.Field("OriginHost"),
                RequestType = said.Field("RequestType"),
                Account = said.Field("Account"),
                SetupTime = said.Time("SetupTime"),
                AnswerTime = said.Time("AnswerTime"),
                Usage = said.Duration("Usage"),
                Variables = said.Variables(),
                Options = said.Options(),
            },
            dialect),
        "ProcessCDR" => Encode<ProcessCdr, OkReply>(
            new()
            {
                Tenant = said.Text("Tenant"),
                OriginId = said.Field("OriginID"),
                OriginHost = said.Field("OriginHost"),
                RequestType = said.Field("RequestType"),
                Account = said.Field("Account"),
                Destination = said.Field("Destination"),
                Usage = said.Duration("Usage"),
                AnswerTime = said.Time("AnswerTime"),
                SetupTime = said.Time("SetupTime"),
                DisconnectCause = said.Field("DisconnectCause"),
                Variables = said.Variables(),
                Options = said.Options(),
            },
            dialect),
        "Status" => Encode<CoreStatus, CoreStatusReply>(default, dialect),
        _ => null,
    };

    private static string Encode<TCommand, TReply>(scoped in TCommand command, CgrDialect dialect)
        where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
        where TReply : struct, ICgrReply<TReply>
    {
        ArrayBufferWriter<byte> output = new();
        command.Encode(output, dialect);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>What a recorded message says, asked for by the names of the schema: what is never asked for, the schema cannot say.</summary>
    private sealed class Said(JsonObject parameters, CgrDialect dialect)
    {
        private readonly JsonObject? _fields = dialect == CgrDialect.PreRc8 ? parameters : parameters["Event"] as JsonObject;
        private readonly HashSet<string> _asked = ["Event"];

        public bool HasVariables { get; private set; }

        /// <summary>The fields that a script added, or gave a value that the schema's member cannot have.</summary>
        public CgrVariables Variables() => Rest(_fields);

        /// <summary>The same beside the event.</summary>
        public CgrVariables? Options() => dialect == CgrDialect.PreRc8 ? null : Rest(parameters);

        public bool Flag(string name) => parameters[name] is JsonValue value
            && Asked(name, dialect == CgrDialect.PreRc8 ? value.TryGetValue(out int number) && number == 1 : value.TryGetValue(out bool flag) && flag);

        public string? Text(string name) => TextOf(parameters, name);

        public string? Field(string name) => TextOf(_fields, name);

        public long? Number(string name) => _fields?[name] is JsonValue value && Asked(name, value.TryGetValue(out long number)) ? (long)value : null;

        public DateTimeOffset? Time(string name) =>
            WholeNumber(name, "") is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

        public CgrDuration? Duration(string name) => WholeNumber(name, "s") is { } seconds ? CgrDuration.FromSeconds(seconds) : null;

        private CgrVariables Rest(JsonObject? container)
        {
            CgrVariables rest = new();
            foreach ((string name, JsonNode? value) in (container ?? []).Where(member => !_asked.Contains(member.Key)))
            {
                CgrVariableResult set = value!.GetValueKind() switch
                {
                    JsonValueKind.String => rest.TrySet(name, (string)value!),
                    JsonValueKind.Number => rest.TrySet(name, (long)value),
                    JsonValueKind.True => rest.TrySet(name, 1),
                    JsonValueKind.False => rest.TrySet(name, 0),
                    _ => rest.TrySetRaw(name, value.ToJsonString()),
                };
                Assert.True(set.IsOk, $"{name}: {set}");
                HasVariables = true;
            }

            return rest;
        }

        private string? TextOf(JsonObject? container, string name) =>
            container?[name] is JsonValue value && Asked(name, value.TryGetValue(out string? text)) ? (string)value! : null;

        private long? WholeNumber(string name, string unit)
        {
            long number = 0;
            bool isWritten = _fields?[name] is JsonValue value
                && value.TryGetValue(out string? text)
                && text.EndsWith(unit, StringComparison.Ordinal)
                && long.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.None, CultureInfo.InvariantCulture, out number);
            return Asked(name, isWritten) ? number : null;
        }

        private bool Asked(string name, bool canBeSaid)
        {
            if (canBeSaid)
            {
                _asked.Add(name);
            }

            return canBeSaid;
        }
    }
}
