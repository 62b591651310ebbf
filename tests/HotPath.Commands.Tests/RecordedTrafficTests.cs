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
    private static readonly Dictionary<string, Action<string, JsonElement>> s_replies = new()
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
        ["SMGenericV1.TerminateSession"] = AssertRead<OkReply>,
        ["SMGenericV1.ProcessCDR"] = AssertRead<OkReply>,
    };

    private static readonly Dictionary<string, Func<byte[], CgrReadResult>> s_requests = new()
    {
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
        int cases = 0;
        SortedSet<string> leftOut = new(StringComparer.Ordinal);
        foreach ((string name, JsonElement request, JsonElement reply) in Exchanges(file))
        {
            if (!reply.TryGetProperty("result", out JsonElement result) || result.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            string method = request.GetProperty("method").GetString()!;
            if (!s_replies.TryGetValue(method, out Action<string, JsonElement>? assertRead))
            {
                leftOut.Add(method);
                continue;
            }

            assertRead(name, result);
            cases++;
        }

        output.WriteLine($"{cases} replies read from {file}. Not of the catalogue: {string.Join(", ", leftOut)}.");
        Assert.True(cases > 0, $"{file} has no reply to a command of the catalogue.");
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
                if (message.GetProperty("from").GetString() == "client" && TryParse(message.GetProperty("text").GetString()) is { } request)
                {
                    cases += TryAssertRequest(test.RootElement.GetProperty("test").ToString(), request, wasRefused: false) ? 1 : 0;
                }
            }
        }

        output.WriteLine($"{cases} requests of the module read.");
        Assert.True(cases > 0, "The module's recordings have no request of the catalogue.");
    }

    private static IEnumerable<(string Name, JsonElement Request, JsonElement Reply)> Exchanges(string file)
    {
        foreach (string line in SharedFiles.RequireLines(file))
        {
            using JsonDocument exchange = JsonDocument.Parse(line);
            if (TryParse(exchange.RootElement.GetProperty("request").GetString()) is { } request
                && TryParse(exchange.RootElement.GetProperty("reply").GetString()) is { } reply
                && request.TryGetProperty("method", out JsonElement method)
                && method.ValueKind == JsonValueKind.String)
            {
                yield return (exchange.RootElement.GetProperty("name").GetString()!, request, reply);
            }
        }
    }

    /// <summary>The message, if it is one JSON object: recordings of broken ones are for the framing.</summary>
    private static JsonElement? TryParse(string? text)
    {
        try
        {
            return text is not null && JsonDocument.Parse(text).RootElement is { ValueKind: JsonValueKind.Object } root ? root : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Reads the reply, writes it again, and looks for everything of the recording that the schema names.</summary>
    private static void AssertRead<TReply>(string name, JsonElement result)
        where TReply : struct, ICgrReply<TReply>
    {
        CgrReadResult read = TReply.TryRead(Encoding.UTF8.GetBytes(result.GetRawText()), CgrDialect.Current, out TReply reply);
        Assert.True(read.IsOk, $"{name}: {read}");
        ArrayBufferWriter<byte> written = new();
        reply.Encode(written, CgrDialect.Current);
        using JsonDocument again = JsonDocument.Parse(written.WrittenMemory);
        PropertyInfo? whole = typeof(TReply).GetProperties().FirstOrDefault(property => property.GetCustomAttribute<CgrResultAttribute>() is not null);
        if (whole is not null)
        {
            AssertSame(name, whole, result, again.RootElement);
        }
        else if (result.ValueKind == JsonValueKind.Object)
        {
            AssertSameObject(name, typeof(TReply), result, again.RootElement);
        }
        else
        {
            Assert.Equal(result.GetString(), again.RootElement.GetString());
        }
    }

    private static void AssertSameObject(string name, Type schema, JsonElement recorded, JsonElement written)
    {
        foreach (PropertyInfo property in schema.GetProperties())
        {
            if (property.GetCustomAttribute<CgrPlaceAttribute>() is { } member && recorded.TryGetProperty(member.Name, out JsonElement value) && IsSomething(value))
            {
                Assert.True(written.TryGetProperty(member.Name, out JsonElement again) || value.ValueKind == JsonValueKind.False, $"{name}: {member.Name} is lost");
                if (value.ValueKind != JsonValueKind.False)
                {
                    AssertSame($"{name} {member.Name}", property, value, again);
                }
            }
        }
    }

    private static void AssertSame(string name, PropertyInfo property, JsonElement recorded, JsonElement written)
    {
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        Type element = type.GetElementType() ?? type;
        bool isObject = element.GetCustomAttribute<CgrObjectAttribute>() is not null;
        if (isObject && type.IsArray)
        {
            Assert.Equal(recorded.GetArrayLength(), written.GetArrayLength());
            foreach ((JsonElement one, JsonElement other) in recorded.EnumerateArray().Zip(written.EnumerateArray()))
            {
                AssertSameObject(name, element, one, other);
            }
        }
        else if (isObject)
        {
            AssertSameObject(name, type, recorded, written);
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
            Assert.True(JsonElement.DeepEquals(recorded, written), $"{name}: {written.GetRawText()} instead of {recorded.GetRawText()}");
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

    /// <summary>Some tests of the module set a time or a number to a word: that is for the engine to refuse.</summary>
    private static bool IsNonsense(JsonElement parameters, string? member) =>
        member is not null
        && parameters.TryGetProperty("Event", out JsonElement fields)
        && fields.TryGetProperty(member, out JsonElement value)
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
}
