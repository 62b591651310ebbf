using System.Text.Json;
using System.Text.RegularExpressions;
using HotPath.Edge;
using HotPath.Testing;

namespace HotPath.Cli.Tests;

/// <summary>docs/configuration.md names every key there is, no other, and its example is a file the edge accepts (field pain 27).</summary>
public sealed partial class ConfigurationPageTests
{
    private static readonly string s_page = File.ReadAllText(Path.Combine(SharedFiles.RepositoryRoot, "docs", "configuration.md"));

    private static readonly string[] s_keys = [.. typeof(EdgeConfigFile).GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)).Order()];

    private static string Example => ExampleBlock().Match(s_page).Groups[1].Value;

    [Fact, Trait("FieldPain", "27")]
    public void TheTablesHaveEveryKey() => Assert.Equal(s_keys, TableKey().Matches(s_page).Select(match => match.Groups[1].Value).Order());

    [Fact]
    public void TheExampleHasEveryKey()
    {
        JsonDocumentOptions lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
        Assert.Equal(s_keys, JsonDocument.Parse(Example, lenient).RootElement.EnumerateObject().Select(member => member.Name).Order());
    }

    [Fact, Trait("FieldPain", "27")]
    public void TheExampleIsAcceptedAsWritten()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, Example);
            StringWriter output = new();
            StringWriter error = new();

            int code = CommandLine.Run(["edge", "--config", file, "--check"], output, error);

            Assert.Equal("", error.ToString());
            Assert.Equal(ExitCode.Success, code);
            Assert.Contains("udp:192.0.2.1:5060", output.ToString(), StringComparison.Ordinal);
            Assert.Contains("192.0.2.20:2014, 192.0.2.21:2014", output.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [GeneratedRegex(@"```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ExampleBlock();

    [GeneratedRegex(@"^\| `(\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex TableKey();
}
