using System.Text.Json;
using HotPath.Testing;

namespace HotPath.Load.Tests;

/// <summary>
/// Promise: whenever edge or engine is killed under load, every call is charged once for what it lasted, or to the last sign of life and
/// marked, or not at all where the design allows it, or parked for all to see; on lanes of any number.
/// </summary>
public sealed class KillCommandTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("bye")]
    [InlineData("resume")]
    public async Task Every_call_is_accounted_for(string resume)
    {
        ProgramRun run = await ProgramRun.OfAsync(
            "HotPath.Load.dll", "kill", "--json", "--seconds", "8", "--rate", "25", "--kills", "3", "--lanes", "3,2", "--resume", resume);
        output.WriteLine(run.Output);
        Assert.True(run.ExitCode == 0, run.Error);
        JsonElement result = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(0, result.GetProperty("unexplained").GetInt32());
        JsonElement outcomes = result.GetProperty("outcomes");
        Assert.True(result.GetProperty("calls").GetInt32() > 100);
        Assert.Equal(result.GetProperty("calls").GetInt32(), outcomes.EnumerateObject().Sum(outcome => outcome.Value.GetInt32()));
        Assert.True(outcomes.GetProperty("clean").GetInt32() > 0);
        Assert.True(outcomes.GetProperty("estimated").GetInt32() + outcomes.GetProperty("resumed").GetInt32() > 0);
    }
}
