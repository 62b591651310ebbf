using System.Text;
using System.Text.Json;
using HotPath.Testing;

namespace HotPath.Commands.Tests;

/// <summary>Guards: what real engines and the reference module were recorded to send is read without loss of what the schemas name.</summary>
public sealed class RecordedTrafficTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("wire/engine-v0.10.4.jsonl")]
    [InlineData("wire/engine-v0.11-dev.jsonl")]
    public void Replies_of_engines_are_read(string file)
    {
        int cases = 0;
        foreach ((string name, JsonElement request, JsonElement reply) in Exchanges(file))
        {
            if (!reply.TryGetProperty("result", out JsonElement result) || result.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            byte[] utf8 = Encoding.UTF8.GetBytes(result.GetRawText());
            switch (request.GetProperty("method").GetString())
            {
                case "SessionSv1.Ping":
                    AssertRead<PongReply>(name, utf8);
                    break;
                case "SessionSv1.AuthorizeEvent":
                    AssertGrant(name, result, 1, AssertRead<AuthorizeReply>(name, utf8).MaxUsage);
                    break;
                case "SessionSv1.AuthorizeEventWithDigest":
                    AssertGrant(name, result, 1_000_000_000, AssertRead<AuthorizeWithDigestReply>(name, utf8).MaxUsage);
                    break;
                case "SessionSv1.InitiateSession":
                    AssertGrant(name, result, 1, AssertRead<InitiateReply>(name, utf8).MaxUsage);
                    break;
                case "SessionSv1.InitiateSessionWithDigest":
                    AssertGrant(name, result, 1_000_000_000, AssertRead<InitiateWithDigestReply>(name, utf8).MaxUsage);
                    break;
                case "SessionSv1.UpdateSession":
                    AssertGrant(name, result, 1, AssertRead<UpdateReply>(name, utf8).MaxUsage);
                    break;
                case "SessionSv1.TerminateSession" or "SessionSv1.ProcessCDR":
                    AssertRead<OkReply>(name, utf8);
                    break;
                default:
                    continue;
            }

            cases++;
        }

        output.WriteLine($"{cases} replies read from {file}.");
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

    private static TReply AssertRead<TReply>(string name, byte[] result)
        where TReply : struct, ICgrReply<TReply>
    {
        CgrReadResult read = TReply.TryRead(result, CgrDialect.Current, out TReply reply);
        Assert.True(read.IsOk, $"{name}: {read}");
        return reply;
    }

    private static void AssertGrant(string name, JsonElement result, decimal unit, CgrDuration? grant)
    {
        decimal? expected = result.TryGetProperty("MaxUsage", out JsonElement maxUsage) && maxUsage.ValueKind == JsonValueKind.Number
            ? maxUsage.GetDecimal() is -1 ? -1 : decimal.Truncate(maxUsage.GetDecimal() * unit)
            : null;
        Assert.True(expected == grant?.Nanoseconds, $"{name}: {grant} instead of {expected} ns");
    }

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
                return false;
        }

        Assert.True(read.IsOk || wasRefused || IsNonsense(parameters[0], read.Member), $"{name}: {read}");
        return true;
    }

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
