using HotPath.Testing;

namespace HotPath.Generators.Tests;

/// <summary>Guards: the sample with a command of its own runs, and the page about it shows its files.</summary>
public sealed class SampleTests
{
    [Fact]
    public async Task The_sample_asks_its_own_engine_by_its_own_command()
    {
        ProgramRun run = await ProgramRun.OfAsync("custom-command.dll");
        Assert.Equal("", run.Error);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            """
            1001 to 1002 costs 0.6
            EngineError: MissingMember at byte 32, member Account

            """.ReplaceLineEndings("\n"),
            run.Output);
    }

    [Theory]
    [InlineData("Quote.cs")]
    [InlineData("Quotes.cs")]
    [InlineData("QuoteService.cs")]
    public void The_page_shows_the_files_of_the_sample(string file) => Assert.Contains(
        $"```csharp\n{Read("samples", "custom-command", file)}```",
        Read("docs", "add-a-command.md"));

    private static string Read(params ReadOnlySpan<string> path) => File.ReadAllText(Path.Combine([SchemaCompilation.RepositoryRoot, .. path]));
}
