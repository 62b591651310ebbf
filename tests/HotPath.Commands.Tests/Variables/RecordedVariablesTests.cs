using System.Buffers;
using System.Text.Json;
using HotPath.Testing;

namespace HotPath.Commands.Tests;

/// <summary>Guards: what a script of the reference module sets reaches the wire as the module was recorded to write it.</summary>
public sealed class RecordedVariablesTests(ITestOutputHelper output)
{
    /// <summary>The variables of tests 012 and 112 in the order of its script; <c>:=</c> is <see cref="CgrVariables.TrySetRawLoosely"/>.</summary>
    [Theory]
    [InlineData("012-ng-vars", 1_795_205_825)]
    [InlineData("112-compat-vars", 1_795_206_050)]
    public void Values_of_every_kind_are_written_as_recorded(string test, long now)
    {
        CgrVariables variables = new();
        Set(variables, "RequestType", "*prepaid");
        Set(variables, "ToR", "*voice");
        Assert.True(variables.TrySet("IntVal", 42).IsOk);
        Assert.True(variables.TrySet("NegInt", -7).IsOk);
        Set(variables, "StrInt", "42");
        Assert.True(variables.TrySet("TsRaw", now).IsOk);
        Set(variables, "TsStr", $"{now}");
        Set(variables, "Slash", "a/b\"q\\z");
        SetLoosely(variables, "AttributeIDs", """["+5551234"]""");
        SetLoosely(variables, "JObj", """{"a":1,"b":[true,null,1.5]}""");
        SetLoosely(variables, "JNum", "12");
        SetLoosely(variables, "JTrue", "true");
        SetLoosely(variables, "JNull", "null");
        SetLoosely(variables, "JStr", "\"quoted\"");
        SetLoosely(variables, "JBad", "{bad");
        SetLoosely(variables, "JTrail", """{"a":1} trailing""");
        Assert.True(variables.TrySet("JInt", 5).IsOk);
        Set(variables, "Over", "first");
        Set(variables, "Over", "second");
        Set(variables, "Account", "scriptacc");
        Set(variables, "Destination", "scriptdst");
        Set(variables, "SetupTime", "scriptsetup");
        Set(variables, "Subject", "1001");
        Set(variables, "DynName", "dyn");
        Set(variables, "Deleted", "x");
        Assert.True(variables.TrySet("Deleted", (string?)null).IsOk);

        CgrVariables options = new();
        Set(options, "Tenant", "caller.example.org");
        Assert.True(options.TrySet("GetAttributes", 1).IsOk);
        Assert.True(options.TrySet("GetSuppliers", 0).IsOk);
        Set(options, "StrOpt", "1");
        SetLoosely(options, "JsonOpt", """["a",{"b":2}]""");
        SetLoosely(options, "APIOpts", """{"*rateProfileIDs":["RP1"]}""");

        AssertWritten(test, _ => (variables, options), beforeCdr: () => Set(variables, "ByeAfter", "set-after-loose-route"));
    }

    /// <summary>Tests 017 and 117: a default session, a carrier's, and an authorisation under a tag that nothing was set for.</summary>
    [Theory]
    [InlineData("017-ng-multi")]
    [InlineData("117-compat-multi")]
    public void Sessions_by_tag_are_written_as_recorded(string test)
    {
        CgrVariableSets sets = new();
        foreach (string tag in new[] { "", "carrier" })
        {
            Assert.True(sets.TryGetOrAdd(tag, out CgrSessionVariables? set));
            Set(set.Variables, "Set", tag.Length == 0 ? "default" : tag);
            Set(set.Options, "Tenant", tag.Length == 0 ? "t-default" : "t-carrier");
        }

        AssertWritten(test, recorded =>
        {
            string tag = !Fields(recorded).TryGetProperty("Set", out JsonElement set) ? "nosuchtag" : set.GetString() is "default" ? "" : set.GetString()!;
            return sets.TryGet(tag, out CgrSessionVariables? session) ? (session.Variables, session.Options) : (null, null);
        });
    }

    /// <summary>Builds each request of a test from the built-in values that it was recorded with and the variables, and compares.</summary>
    private void AssertWritten(string test, Func<JsonElement, (CgrVariables? Variables, CgrVariables? Options)> find, Action? beforeCdr = null)
    {
        int cases = 0;
        foreach (string line in SharedFiles.RequireLines("wire/opensips-module.jsonl"))
        {
            using JsonDocument recording = JsonDocument.Parse(line);
            if (recording.RootElement.GetProperty("test").GetString() != test)
            {
                continue;
            }

            foreach (JsonElement message in recording.RootElement.GetProperty("messages").EnumerateArray().Where(each => each.GetProperty("from").GetString() == "client"))
            {
                JsonElement request = JsonDocument.Parse(message.GetProperty("text").GetString()!).RootElement;
                string method = request.GetProperty("method").GetString()!;
                if (method.EndsWith(".ProcessCDR", StringComparison.Ordinal))
                {
                    beforeCdr?.Invoke();
                }

                JsonElement recorded = request.GetProperty("params")[0];
                (CgrVariables? variables, CgrVariables? options) = find(recorded);
                JsonElement written = JsonDocument.Parse(Write(method, Fields(recorded), variables, options)).RootElement;
                Assert.True(JsonElement.DeepEquals(recorded, written), $"{method}\nrecorded {recorded}\nwritten  {written}");
                cases++;
            }
        }

        output.WriteLine($"{cases} requests of test {test} written.");
        Assert.True(cases > 0, $"The recordings have no test {test}.");
    }

    private static byte[] Write(string method, JsonElement fields, CgrVariables? variables, CgrVariables? options)
    {
        DateTimeOffset? setup = Time(fields, "SetupTime");
        DateTimeOffset? answer = Time(fields, "AnswerTime");
        ArrayBufferWriter<byte> written = new();
        CgrDialect dialect = method.StartsWith("SMGenericV1.", StringComparison.Ordinal) ? CgrDialect.PreRc8 : CgrDialect.Current;
        switch (method)
        {
            case "SessionSv1.AuthorizeEventWithDigest" or "SMGenericV1.GetMaxUsage":
                new AuthorizeEventWithDigest
                {
                    GetMaxUsage = true,
                    OriginId = Text(fields, "OriginID"),
                    Account = Text(fields, "Account"),
                    Destination = Text(fields, "Destination"),
                    SetupTime = setup,
                    Variables = variables,
                    Options = options,
                }.Encode(written, dialect);
                break;
            case "SessionSv1.InitiateSession" or "SMGenericV1.InitiateSession":
                new InitiateSession
                {
                    InitSession = true,
                    OriginId = Text(fields, "OriginID"),
                    DialogId = fields.GetProperty("DialogID").GetInt64(),
                    DialogEntry = fields.GetProperty("DialogEntry").GetInt64(),
                    Account = Text(fields, "Account"),
                    Destination = Text(fields, "Destination"),
                    SetupTime = setup,
                    AnswerTime = answer,
                    Variables = variables,
                    Options = options,
                }.Encode(written, dialect);
                break;
            case "SessionSv1.TerminateSession" or "SMGenericV1.TerminateSession":
                new TerminateSession
                {
                    EndSession = true,
                    OriginId = Text(fields, "OriginID"),
                    Account = Text(fields, "Account"),
                    SetupTime = setup,
                    AnswerTime = answer,
                    Usage = Usage(fields),
                    Variables = variables,
                    Options = options,
                }.Encode(written, dialect);
                break;
            case "SessionSv1.ProcessCDR" or "SMGenericV1.ProcessCDR":
                new ProcessCdr
                {
                    OriginId = Text(fields, "OriginID"),
                    Account = Text(fields, "Account"),
                    Destination = Text(fields, "Destination"),
                    SetupTime = setup,
                    AnswerTime = answer,
                    Usage = Usage(fields),
                    DisconnectCause = Text(fields, "DisconnectCause"),
                    Variables = variables,
                    Options = options,
                }.Encode(written, dialect);
                break;
            default:
                Assert.Fail($"{method} is not written here.");
                break;
        }

        return written.WrittenSpan.ToArray();
    }

    /// <summary>Where the module's built-in fields stand: in the event, or in the flat object of the pre-rc8 dialect.</summary>
    private static JsonElement Fields(JsonElement parameters) => parameters.TryGetProperty("Event", out JsonElement fields) ? fields : parameters;

    private static string? Text(JsonElement fields, string name) => fields.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    /// <summary>A time that the module set; what the script set is no number.</summary>
    private static DateTimeOffset? Time(JsonElement fields, string name) =>
        long.TryParse(Text(fields, name), out long seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    private static CgrDuration Usage(JsonElement fields) => CgrDuration.FromSeconds(long.Parse(Text(fields, "Usage")!.TrimEnd('s')));

    private static void Set(CgrVariables variables, string name, string text) => Assert.True(variables.TrySet(name, text).IsOk);

    private static void SetLoosely(CgrVariables variables, string name, string text) => Assert.True(variables.TrySetRawLoosely(name, text).IsOk);
}
