using System.Diagnostics;

namespace HotPath.Generators.Tests;

/// <summary>Guards: the sample with a command of its own runs, and the page about it shows its files.</summary>
public sealed class SampleTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task The_sample_asks_its_own_engine_by_its_own_command()
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "custom-command.dll")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process sample = Process.Start(start)!;
        try
        {
            CancellationToken cancellation = TestContext.Current.CancellationToken;
            Task<string> output = sample.StandardOutput.ReadToEndAsync(cancellation);
            Task<string> error = sample.StandardError.ReadToEndAsync(cancellation);
            await sample.WaitForExitAsync(cancellation).WaitAsync(s_patience, cancellation);
            Assert.Equal("", await error);
            Assert.Equal(0, sample.ExitCode);
            Assert.Equal(
                """
                1001 to 1002 costs 0.6
                EngineError: MissingMember at byte 32, member Account

                """,
                (await output).ReplaceLineEndings("\n"));
        }
        finally
        {
            if (!sample.HasExited)
            {
                sample.Kill();
            }
        }
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
