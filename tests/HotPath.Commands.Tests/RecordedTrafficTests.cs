using System.Buffers;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using HotPath.Testing;

namespace HotPath.Commands.Tests;

/// <summary>Guards: what real engines and the reference module were recorded to send is read without loss of what the schemas name.</summary>
public sealed class RecordedTrafficTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, Action<Recording, JsonElement>> s_replies = new()
    {
        ["SessionSv1.Ping"] = AssertRead<PongReply>,
        ["CoreSv1.Ping"] = AssertRead<PongReply>,
        ["SessionSv1.AuthorizeEvent"] = AssertRead<AuthorizeReply>,
        ["SessionSv1.AuthorizeEventWithDigest"] = AssertRead<AuthorizeWithDigestReply>,
        ["SessionSv1.InitiateSession"] = AssertRead<InitiateReply>,
        ["SessionSv1.InitiateSessionWithDigest"] = AssertRead<InitiateWithDigestReply>,
        ["SessionSv1.UpdateSession"] = AssertRead<UpdateReply>,
        ["SessionSv1.TerminateSession"] = AssertRead<OkReply>,
        ["SessionSv1.ProcessCDR"] = AssertRead<OkReply>,
        ["SessionSv1.ProcessMessage"] = AssertRead<ProcessMessageReply>,
        ["SessionSv1.ProcessEvent"] = AssertRead<ProcessEventReply>,
        ["SessionSv1.GetActiveSessions"] = AssertRead<GetActiveSessionsReply>,
        ["SessionSv1.GetActiveSessionsCount"] = AssertRead<GetActiveSessionsCountReply>,
        ["SessionSv1.ForceDisconnect"] = AssertRead<OkReply>,
        ["SessionSv1.SyncSessions"] = AssertRead<OkReply>,
        ["SessionSv1.GetCost"] = AssertRead<GetSessionCostReply>,
        ["APIerSv1.GetCost"] = AssertRead<GetCostReply>,
        ["SessionSv1.GetActiveSessionIDs"] = AssertRead<GetActiveSessionIdsReply>,
        ["AgentV1.DisconnectPeer"] = AssertRead<OkReply>,
        ["AgentV1.WarnDisconnect"] = AssertRead<OkReply>,
        ["AgentV1.AlterSession"] = AssertRead<OkReply>,
        ["CDRsV1.ProcessEvent"] = AssertRead<OkReply>,
        ["CDRsV2.ProcessEvent"] = AssertRead<ProcessCdrEventV2Reply>,
        ["CDRsV1.ProcessExternalCDR"] = AssertRead<OkReply>,
        ["CDRsV1.GetCDRs"] = AssertRead<GetCdrsReply>,
        ["CoreSv1.Status"] = AssertRead<CoreStatusReply>,
        ["RouteSv1.GetRoutes"] = AssertRead<GetRoutesReply>,
        ["SupplierSv1.GetSuppliers"] = AssertRead<GetSuppliersReply>,
        ["ResourceSv1.AuthorizeResources"] = AssertRead<ResourceReply>,
        ["ResourceSv1.AllocateResources"] = AssertRead<ResourceReply>,
        ["ResourceSv1.ReleaseResources"] = AssertRead<OkReply>,
        ["APIerSv1.GetCDRs"] = AssertRead<GetCdrsReply>,
        ["APIerSv2.GetCDRs"] = AssertRead<GetCdrsReply>,
        ["SMGenericV1.GetMaxUsage"] = AssertRead<AuthorizeReply>,
        ["SMGenericV1.InitiateSession"] = AssertRead<InitiateReply>,
        ["SMGenericV1.UpdateSession"] = AssertRead<UpdateReply>,
        ["SMGenericV1.TerminateSession"] = AssertRead<OkReply>,
        ["SMGenericV1.ProcessCDR"] = AssertRead<OkReply>,
    };

    private static readonly Dictionary<string, Func<byte[], CgrReadResult>> s_requests = new()
    {
        ["SMGenericV1.GetMaxUsage"] = ReadPreRc8<AuthorizeEvent, AuthorizeReply>,
        ["SMGenericV1.InitiateSession"] = ReadPreRc8<InitiateSession, InitiateReply>,
        ["SMGenericV1.UpdateSession"] = ReadPreRc8<UpdateSession, UpdateReply>,
        ["SMGenericV1.TerminateSession"] = ReadPreRc8<TerminateSession, OkReply>,
        ["SMGenericV1.ProcessCDR"] = ReadPreRc8<ProcessCdr, OkReply>,
        ["SessionSv1.InitiateSessionWithDigest"] = Read<InitiateSessionWithDigest, InitiateWithDigestReply>,
        ["SessionSv1.UpdateSession"] = Read<UpdateSession, UpdateReply>,
        ["SessionSv1.ProcessMessage"] = Read<ProcessMessage, ProcessMessageReply>,
        ["SessionSv1.ProcessEvent"] = Read<ProcessEvent, ProcessEventReply>,
        ["SessionSv1.GetActiveSessions"] = Read<GetActiveSessions, GetActiveSessionsReply>,
        ["SessionSv1.GetActiveSessionsCount"] = Read<GetActiveSessionsCount, GetActiveSessionsCountReply>,
        ["SessionSv1.ForceDisconnect"] = Read<ForceDisconnect, OkReply>,
        ["SessionSv1.SyncSessions"] = Read<SyncSessions, OkReply>,
        ["SessionSv1.GetCost"] = Read<GetSessionCost, GetSessionCostReply>,
        ["APIerSv1.GetCost"] = Read<GetCost, GetCostReply>,
        ["SessionSv1.GetActiveSessionIDs"] = Read<GetActiveSessionIds, GetActiveSessionIdsReply>,
        ["AgentV1.DisconnectPeer"] = Read<DisconnectPeer, OkReply>,
        ["AgentV1.WarnDisconnect"] = Read<WarnDisconnect, OkReply>,
        ["AgentV1.AlterSession"] = Read<AlterSession, OkReply>,
        ["CDRsV1.ProcessEvent"] = Read<ProcessCdrEvent, OkReply>,
        ["CDRsV2.ProcessEvent"] = Read<ProcessCdrEventV2, ProcessCdrEventV2Reply>,
        ["CDRsV1.ProcessExternalCDR"] = Read<ProcessExternalCdr, OkReply>,
        ["CDRsV1.GetCDRs"] = Read<GetCdrs, GetCdrsReply>,
        ["CoreSv1.Status"] = Read<CoreStatus, CoreStatusReply>,
        ["CoreSv1.Ping"] = Read<CorePing, PongReply>,
        ["RouteSv1.GetRoutes"] = Read<GetRoutes, GetRoutesReply>,
        ["SupplierSv1.GetSuppliers"] = Read<GetSuppliers, GetSuppliersReply>,
        ["ResourceSv1.AuthorizeResources"] = Read<AuthorizeResources, ResourceReply>,
        ["ResourceSv1.AllocateResources"] = Read<AllocateResources, ResourceReply>,
        ["ResourceSv1.ReleaseResources"] = Read<ReleaseResources, OkReply>,
        ["APIerSv1.GetCDRs"] = Read<GetCdrs, GetCdrsReply>,
        ["APIerSv2.GetCDRs"] = Read<GetCdrs, GetCdrsReply>,
    };

    [Theory]
    [InlineData("wire/engine-v0.10.4.jsonl")]
    [InlineData("wire/engine-v0.11-dev.jsonl")]
    [InlineData("wire/engine-old-tutorial.jsonl")]
    public void Replies_of_engines_are_read(string file)
    {
        SortedDictionary<string, int> read = new(StringComparer.Ordinal);
        SortedSet<string> notOfTheCatalogue = new(StringComparer.Ordinal);
        SortedSet<string> notNamed = new(StringComparer.Ordinal);
        foreach ((string name, JsonElement request, JsonElement reply) in Exchanges(file))
        {
            if (!reply.TryGetProperty("result", out JsonElement result) || result.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            string method = request.GetProperty("method").GetString()!;
            if (s_replies.TryGetValue(method, out Action<Recording, JsonElement>? assertRead))
            {
                assertRead(new Recording(name, method, notNamed), result);
                read[method] = read.GetValueOrDefault(method) + 1;
            }
            else
            {
                notOfTheCatalogue.Add(method);
            }
        }

        output.WriteLine($"{read.Values.Sum()} replies read from {file}: {string.Join(", ", read.Select(count => $"{count.Key} {count.Value}"))}.");
        output.WriteLine($"Members that no schema names: {string.Join(", ", notNamed)}.");
        output.WriteLine($"Not of the catalogue: {string.Join(", ", notOfTheCatalogue)}.");
        Assert.True(read.Count > 0, $"{file} has no reply to a command of the catalogue.");
    }

    [Theory]
    [InlineData("wire/engine-v0.10.4.jsonl")]
    [InlineData("wire/engine-v0.11-dev.jsonl")]
    public void Requests_to_and_from_engines_are_read(string file)
    {
        int cases = 0;
        foreach ((string name, JsonElement request, JsonElement reply) in Exchanges(file))
        {
            bool wasRefused = reply.TryGetProperty("error", out JsonElement error) && error.ValueKind != JsonValueKind.Null;
            cases += TryAssertRequest(name, request, wasRefused) ? 1 : 0;
        }

        output.WriteLine($"{cases} requests read from {file}.");
        Assert.True(cases > 0, $"{file} has no request of the catalogue.");
    }

    [Fact]
    public void Requests_of_the_reference_module_are_read()
    {
        int cases = 0;
        foreach (string line in SharedFiles.RequireLines("wire/opensips-module.jsonl"))
        {
            using JsonDocument test = JsonDocument.Parse(line);
            foreach (JsonElement message in test.RootElement.GetProperty("messages").EnumerateArray())
            {
                if (message.GetProperty("from").GetString() == "client")
                {
                    cases += Parse(message.GetProperty("text").GetString())
                        .Count(request => TryAssertRequest(test.RootElement.GetProperty("test").ToString(), request, wasRefused: false));
                }
            }
        }

        output.WriteLine($"{cases} requests of the module read.");
        Assert.True(cases > 0, "The module's recordings have no request of the catalogue.");
    }

    /// <summary>Requests with their replies; recordings that hold several of them have them in any order.</summary>
    private static IEnumerable<(string Name, JsonElement Request, JsonElement Reply)> Exchanges(string file)
    {
        foreach (string line in SharedFiles.RequireLines(file))
        {
            using JsonDocument exchange = JsonDocument.Parse(line);
            string name = exchange.RootElement.GetProperty("name").GetString()!;
            List<JsonElement> replies = Parse(exchange.RootElement.GetProperty("reply").GetString());
            List<JsonElement> requests = Parse(exchange.RootElement.GetProperty("request").GetString());
            foreach (JsonElement request in requests)
            {
                JsonElement reply = requests.Count == 1
                    ? replies.FirstOrDefault()
                    : replies.Find(one => JsonElement.DeepEquals(one.GetProperty("id"), request.GetProperty("id")));
                if (reply.ValueKind == JsonValueKind.Object && request.TryGetProperty("method", out JsonElement method) && method.ValueKind == JsonValueKind.String)
                {
                    yield return (name, request, reply);
                }
            }
        }
    }

    /// <summary>The messages of a text; none if it is not JSON objects: recordings of broken ones are for the framing.</summary>
    private static List<JsonElement> Parse(string? text)
    {
        List<JsonElement> messages = [];
        Utf8JsonReader reader = new(Encoding.UTF8.GetBytes(text ?? ""), new JsonReaderOptions { AllowMultipleValues = true });
        try
        {
            while (reader.Read())
            {
                messages.Add(JsonElement.ParseValue(ref reader));
            }
        }
        catch (JsonException)
        {
            messages.Clear();
        }

        messages.RemoveAll(message => message.ValueKind != JsonValueKind.Object);
        return messages;
    }

    /// <summary>Reads the reply, writes it again, and looks for everything of the recording that the schema names.</summary>
    private static void AssertRead<TReply>(Recording recording, JsonElement result)
        where TReply : struct, ICgrReply<TReply>
    {
        CgrReadResult read = TReply.TryRead(Encoding.UTF8.GetBytes(result.GetRawText()), recording.Dialect, out TReply reply);
        Assert.True(read.IsOk, $"{recording.Name}: {read}");
        ArrayBufferWriter<byte> written = new();
        reply.Encode(written, recording.Dialect);
        using JsonDocument again = JsonDocument.Parse(written.WrittenMemory);
        PropertyInfo? whole = typeof(TReply).GetProperties().FirstOrDefault(property => property.GetCustomAttribute<CgrResultAttribute>() is not null);
        if (whole is not null)
        {
            AssertSame(recording, recording.Method, whole, result, again.RootElement);
        }
        else if (result.ValueKind == JsonValueKind.Object)
        {
            AssertSameObject(recording, recording.Method, typeof(TReply), result, again.RootElement);
        }
        else
        {
            Assert.True(JsonElement.DeepEquals(result, again.RootElement), $"{recording.Name}: {again.RootElement} instead of {result}");
        }
    }

    private static void AssertSameObject(Recording recording, string place, Type schema, JsonElement recorded, JsonElement written)
    {
        Dictionary<string, PropertyInfo> members = schema.GetProperties()
            .Where(property => property.GetCustomAttribute<CgrPlaceAttribute>() is not null)
            .ToDictionary(property => property.GetCustomAttribute<CgrPlaceAttribute>()!.Name);
        foreach (JsonProperty member in recorded.EnumerateObject().Where(member => IsSomething(member.Value)))
        {
            string name = $"{place} {member.Name}";
            if (!members.TryGetValue(member.Name, out PropertyInfo? property))
            {
                recording.NotNamed.Add(name);
            }
            else if (written.TryGetProperty(member.Name, out JsonElement again))
            {
                AssertSame(recording, name, property, member.Value, again);
            }
            else
            {
                Assert.True(member.Value.ValueKind == JsonValueKind.False, $"{recording.Name}: {name} is lost");
            }
        }
    }

    private static void AssertSame(Recording recording, string place, PropertyInfo property, JsonElement recorded, JsonElement written)
    {
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        Type element = type.GetElementType() ?? type;
        bool isObject = element.GetCustomAttribute<CgrObjectAttribute>() is not null;
        if (isObject && type.IsArray)
        {
            Assert.Equal(recorded.GetArrayLength(), written.GetArrayLength());
            foreach ((JsonElement one, JsonElement other) in recorded.EnumerateArray().Zip(written.EnumerateArray()))
            {
                AssertSameObject(recording, place, element, one, other);
            }
        }
        else if (isObject)
        {
            AssertSameObject(recording, place, type, recorded, written);
        }
        else if (type == typeof(DateTimeOffset))
        {
            // .NET counts time in steps of 100 ns.
            Assert.Equal(recorded.GetDateTimeOffset(), written.GetDateTimeOffset(), TimeSpan.FromTicks(1));
        }
        else if (type == typeof(CgrDuration) && recorded.ValueKind == JsonValueKind.String)
        {
            Assert.Equal(GoDuration(recorded.GetString()!), written.GetInt64());
        }
        else
        {
            AssertReadAsObject(recording, place, property, recorded);
            Assert.True(JsonElement.DeepEquals(recorded, written), $"{recording.Name}: {place}: {written.GetRawText()} instead of {recorded.GetRawText()}");
        }
    }

    /// <summary>Members that are raw JSON and have a shape are looked into as well.</summary>
    private static void AssertReadAsObject(Recording recording, string place, PropertyInfo property, JsonElement recorded)
    {
        switch (property.Name)
        {
            // ProcessEvent gives one for every billing run.
            case "Attributes" when recording.Method != "SessionSv1.ProcessEvent":
                AssertReadAs<AlteredEvent>(recording, place, recorded);
                break;
            case "Suppliers":
                AssertReadAs<SupplierProfile>(recording, place, recorded);
                break;
            case "CostDetails" when recorded.ValueKind == JsonValueKind.Object:
                AssertReadAs<EventCost>(recording, place, recorded);
                break;
            case "CostDetails":
                using (JsonDocument inText = JsonDocument.Parse(recorded.GetString()!))
                {
                    AssertReadAs<EventCost>(recording, place, inText.RootElement);
                }

                break;
            default:
                break;
        }
    }

    private static void AssertReadAs<TObject>(Recording recording, string place, JsonElement recorded)
        where TObject : struct, ICgrObject<TObject>
    {
        CgrReadResult read = CgrJson.TryRead(recorded.GetRawText(), out TObject? value);
        Assert.True(read.IsOk, $"{recording.Name}: {place}: {read}");
        Assert.Equal(recorded.ValueKind == JsonValueKind.Null, value is null);
        if (value is not null)
        {
            ArrayBufferWriter<byte> written = new();
            using (Utf8JsonWriter writer = new(written, CgrJson.WriterOptions))
            {
                value.Value.WriteTo(writer);
            }

            using JsonDocument again = JsonDocument.Parse(written.WrittenMemory);
            AssertSameObject(recording, place, typeof(TObject), recorded, again.RootElement);
        }
    }

    /// <summary>Nanoseconds of <c>1m25s</c> and the like.</summary>
    private static long GoDuration(string text)
    {
        string[] parts = text.TrimEnd('s').Split('m');
        decimal seconds = decimal.Parse(parts[^1], CultureInfo.InvariantCulture) + (parts.Length > 1 ? 60 * decimal.Parse(parts[0], CultureInfo.InvariantCulture) : 0);
        return (long)(seconds * 1_000_000_000);
    }

    /// <summary>Not what engines write for nothing: null and the first moment of Go's calendar.</summary>
    private static bool IsSomething(JsonElement value) =>
        value.ValueKind != JsonValueKind.Null && !(value.ValueKind == JsonValueKind.String && value.GetString() == "0001-01-01T00:00:00Z");

    private static bool TryAssertRequest(string name, JsonElement request, bool wasRefused)
    {
        if (!request.TryGetProperty("params", out JsonElement parameters)
            || parameters.ValueKind != JsonValueKind.Array
            || parameters.GetArrayLength() != 1
            || !request.TryGetProperty("method", out JsonElement method))
        {
            return false;
        }

        byte[] utf8 = Encoding.UTF8.GetBytes(parameters[0].GetRawText());
        CgrScratch scratch = new();
        CgrReadResult read;
        switch (method.GetString())
        {
            case "SessionSv1.Ping":
                read = Ping.TryReadRequest(utf8, CgrDialect.Current, scratch, out _);
                break;
            case "SessionSv1.AuthorizeEvent":
                read = AuthorizeEvent.TryReadRequest(utf8, CgrDialect.Current, scratch, out AuthorizeEvent authorize);
                AssertTexts(name, read, parameters[0], "Event", authorize.OriginId, authorize.Account, authorize.Destination);
                break;
            case "SessionSv1.AuthorizeEventWithDigest":
                read = AuthorizeEventWithDigest.TryReadRequest(utf8, CgrDialect.Current, scratch, out AuthorizeEventWithDigest digest);
                AssertTexts(name, read, parameters[0], "Event", digest.OriginId, digest.Account, digest.Destination);
                break;
            case "SessionSv1.InitiateSession":
                read = InitiateSession.TryReadRequest(utf8, CgrDialect.Current, scratch, out InitiateSession initiate);
                AssertTexts(name, read, parameters[0], "Event", initiate.OriginId, initiate.Account, initiate.Destination);
                break;
            case "SessionSv1.TerminateSession":
                read = TerminateSession.TryReadRequest(utf8, CgrDialect.Current, scratch, out TerminateSession terminate);
                AssertTexts(name, read, parameters[0], "Event", terminate.OriginId, terminate.Account, terminate.Destination);
                break;
            case "SessionSv1.ProcessCDR":
                read = ProcessCdr.TryReadRequest(utf8, CgrDialect.Current, scratch, out ProcessCdr cdr);
                AssertTexts(name, read, parameters[0], "Event", cdr.OriginId, cdr.Account, cdr.Destination);
                break;
            case "SessionSv1.DisconnectSession":
                read = DisconnectSession.TryReadRequest(utf8, CgrDialect.Current, scratch, out DisconnectSession disconnect);
                AssertTexts(name, read, parameters[0], "EventStart", disconnect.OriginId, disconnect.Account, disconnect.Destination);
                break;
            default:
                if (!s_requests.TryGetValue(method.GetString()!, out Func<byte[], CgrReadResult>? readRequest))
                {
                    return false;
                }

                read = readRequest(utf8);
                break;
        }

        Assert.True(read.IsOk || wasRefused || IsNonsense(parameters[0], read.Member), $"{name}: {read}");
        return true;
    }

    private static CgrReadResult Read<TCommand, TReply>(byte[] parameters)
        where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
        where TReply : struct, ICgrReply<TReply> => TCommand.TryReadRequest(parameters, CgrDialect.Current, new CgrScratch(), out _);

    private static CgrReadResult ReadPreRc8<TCommand, TReply>(byte[] parameters)
        where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
        where TReply : struct, ICgrReply<TReply> => TCommand.TryReadRequest(parameters, CgrDialect.PreRc8, new CgrScratch(), out _);

    /// <summary>Some tests of the module set a time or a number to a word: that is for the engine to refuse.</summary>
    private static bool IsNonsense(JsonElement parameters, string? member) =>
        member is not null
        && (parameters.TryGetProperty("Event", out JsonElement fields) ? fields : parameters).TryGetProperty(member, out JsonElement value)
        && value.ValueKind == JsonValueKind.String
        && !char.IsAsciiDigit(value.GetString()!.FirstOrDefault());

    private static void AssertTexts(string name, CgrReadResult read, JsonElement parameters, string eventName, CgrText originId, CgrText account, CgrText destination)
    {
        if (!read.IsOk || parameters.ValueKind != JsonValueKind.Object || !parameters.TryGetProperty(eventName, out JsonElement fields) || fields.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        Assert.Equal(Field("OriginID"), originId.IsPresent ? $"{name}: {originId.ToString()}" : null);
        Assert.Equal(Field("Account"), account.IsPresent ? $"{name}: {account.ToString()}" : null);
        Assert.Equal(Field("Destination"), destination.IsPresent ? $"{name}: {destination.ToString()}" : null);

        string? Field(string field) =>
            fields.TryGetProperty(field, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? $"{name}: {value}" : null;
    }

    /// <summary>An exchange, and what the replies of its file have that no schema names.</summary>
    private sealed record Recording(string Name, string Method, SortedSet<string> NotNamed)
    {
        public CgrDialect Dialect => Method.StartsWith("SMGenericV1.", StringComparison.Ordinal) ? CgrDialect.PreRc8 : CgrDialect.Current;
    }
}
