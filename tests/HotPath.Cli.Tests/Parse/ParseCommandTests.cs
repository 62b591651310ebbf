using System.Text;
using System.Text.Json;
using HotPath.Testing;

namespace HotPath.Cli.Tests;

/// <summary>Guards: <c>hotpath parse</c> gives one JSON object per file whatever the bytes, and its exit code says whether all could be read.</summary>
public sealed class ParseCommandTests : IDisposable
{
    private const string Request = """
        INVITE sip:1002@example.com SIP/2.0
        v: SIP/2.0/UDP 192.0.2.1:5061;branch=z9hG4bK1;rport , SIP/2.0/TCP [2001:db8::1];received=192.0.2.7;rport=99
        From: "A \"B\""
          <sip:1001@example.com>;tag=f;q
        To: <sip:1002@example.com>
        Call-ID: 1@example.com
        CSeq: 7 INVITE
        X-Folded: one
        	two
        Content-Length: 4

        body and more
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hotpath-parse-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void ShowsARequest()
    {
        string file = Write("request", Encoding.UTF8.GetBytes(Request.ReplaceLineEndings("\r\n")));
        (int exitCode, string output, string error) = Run(file);

        Assert.Equal(0, exitCode);
        Assert.Empty(error);
        Assert.Equal(
            "{\"file\":" + JsonSerializer.Serialize(file) + ",\"ok\":true,\"kind\":\"request\",\"method\":\"INVITE\",\"uri\":\"sip:1002@example.com\","
            + "\"headers\":["
            + "{\"name\":\"v\",\"id\":\"Via\",\"value\":\"SIP/2.0/UDP 192.0.2.1:5061;branch=z9hG4bK1;rport , SIP/2.0/TCP [2001:db8::1];received=192.0.2.7;rport=99\"},"
            + "{\"name\":\"From\",\"id\":\"From\",\"value\":\"\\\"A \\\\\\\"B\\\\\\\"\\\" <sip:1001@example.com>;tag=f;q\"},"
            + "{\"name\":\"To\",\"id\":\"To\",\"value\":\"<sip:1002@example.com>\"},"
            + "{\"name\":\"Call-ID\",\"id\":\"CallId\",\"value\":\"1@example.com\"},"
            + "{\"name\":\"CSeq\",\"id\":\"CSeq\",\"value\":\"7 INVITE\"},"
            + "{\"name\":\"X-Folded\",\"id\":\"Unknown\",\"value\":\"one two\"},"
            + "{\"name\":\"Content-Length\",\"id\":\"ContentLength\",\"value\":\"4\"}],"
            + "\"callId\":\"1@example.com\","
            + "\"from\":{\"display\":\"A \\\"B\\\"\",\"uri\":\"sip:1001@example.com\",\"tag\":\"f\",\"params\":{\"tag\":\"f\",\"q\":null}},"
            + "\"to\":{\"display\":null,\"uri\":\"sip:1002@example.com\",\"tag\":null,\"params\":{}},"
            + "\"cseq\":{\"number\":7,\"method\":\"INVITE\"},"
            + "\"via\":[{\"transport\":\"UDP\",\"host\":\"192.0.2.1\",\"port\":5061,\"branch\":\"z9hG4bK1\",\"received\":null,\"rport\":true,"
            + "\"params\":{\"branch\":\"z9hG4bK1\",\"rport\":null}},"
            + "{\"transport\":\"TCP\",\"host\":\"[2001:db8::1]\",\"port\":null,\"branch\":null,\"received\":\"192.0.2.7\",\"rport\":99,"
            + "\"params\":{\"received\":\"192.0.2.7\",\"rport\":\"99\"}}],"
            + "\"contentLength\":4,\"bodyLength\":4}\n",
            output.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void ShowsAResponse()
    {
        string response = "SIP/2.0 486 Busy Here\r\n" + Request.ReplaceLineEndings("\r\n").Split("\r\n", 2)[1];
        JsonElement report = Report(Encoding.UTF8.GetBytes(response));
        Assert.Equal("response", report.GetProperty("kind").GetString());
        Assert.Equal(486, report.GetProperty("status").GetInt32());
        Assert.Equal("Busy Here", report.GetProperty("reason").GetString());
        Assert.False(report.TryGetProperty("method", out _));
    }

    [Fact]
    public void ShowsWhatIsWrongAndWhere()
    {
        string file = Write("bad", Encoding.UTF8.GetBytes("nonsense\r\n\r\n"));
        (int exitCode, string output, _) = Run(file);
        Assert.Equal(0, exitCode);
        Assert.Equal(
            "{\"file\":" + JsonSerializer.Serialize(file) + ",\"ok\":false,\"error\":\"Malformed start line\",\"offset\":0}\n",
            output.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void GoesOnAfterAFileItCannotRead()
    {
        string good = Write("good", Encoding.UTF8.GetBytes(Request.ReplaceLineEndings("\r\n")));
        string missing = Path.Combine(_folder.FullName, "missing");
        (int exitCode, string output, string error) = Run(missing, good, _folder.FullName, "");

        Assert.Equal(2, exitCode);
        Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        string[] errors = error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, errors.Length);
        Assert.Contains(missing, errors[0]);
        Assert.Contains(_folder.FullName, errors[1]);
    }

    [Fact]
    public void RefusesWhatIsTooLarge()
    {
        JsonElement report = Report(new byte[1_000_000]);
        Assert.False(report.GetProperty("ok").GetBoolean());
        Assert.Equal("Message too large", report.GetProperty("error").GetString());
    }

    /// <summary>Bytes in every order, among them bad UTF-8 in every place of a good message, give one line of valid JSON each.</summary>
    [Fact]
    public void SurvivesAnyBytes()
    {
        Random random = new(4475);
        byte[] good = Encoding.UTF8.GetBytes(Request.ReplaceLineEndings("\r\n"));
        int accepted = 0;
        for (int i = 0; i < 5_000; i++)
        {
            byte[] bytes = [.. good];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            string line = ParseReport.Write("x", i % 10 == 0 ? bytes.AsSpan(random.Next(bytes.Length)) : bytes);
            Assert.DoesNotContain('\n', line);
            using JsonDocument report = JsonDocument.Parse(line);
            if (report.RootElement.GetProperty("ok").GetBoolean()) accepted++;
        }

        Assert.InRange(accepted, 1, 4_999);
    }

    [Fact]
    public void ShowsBadUtf8AsReplacementCharacters()
    {
        byte[] bytes = Encoding.Latin1.GetBytes(Request.ReplaceLineEndings("\r\n").Replace("one", "\u00E4\u00FF"));
        JsonElement header = Report(bytes).GetProperty("headers")[5];
        Assert.Equal("\uFFFD\uFFFD two", header.GetProperty("value").GetString());
    }

    [Fact]
    public void ReportsOnTheRecordedTortureMessages()
    {
        string folder = Path.GetDirectoryName(SharedFiles.Require("corpus/rfc4475/manifest.json"))!;
        string[] files = Directory.GetFiles(folder, "*.dat");
        (int exitCode, string output, string error) = Run(files);
        Assert.Equal(0, exitCode);
        Assert.Empty(error);
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        TestContext.Current.TestOutputHelper!.WriteLine($"{lines.Length} messages");
        Assert.NotEmpty(files);
        Assert.Equal(files.Length, lines.Length);
        Assert.All(lines, line => JsonDocument.Parse(line).Dispose());
    }

    private string Write(string name, byte[] bytes)
    {
        string file = Path.Combine(_folder.FullName, name);
        File.WriteAllBytes(file, bytes);
        return file;
    }

    private static (int ExitCode, string Output, string Error) Run(params string[] files)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int exitCode = ParseCommand.Run(files, output, error);
        return (exitCode, output.ToString(), error.ToString());
    }

    private JsonElement Report(byte[] bytes)
    {
        (_, string output, _) = Run(Write("message", bytes));
        return JsonDocument.Parse(output).RootElement;
    }
}
