using System.Text.Json;
using HotPath.Testing;

namespace HotPath.Load.Tests;

/// <summary>
/// Promise: whenever edge or engine is killed under load, every session of every call is charged once for what it lasted, or to the last sign of life and
/// marked, or not at all where the design allows it, or parked for all to see; on lanes of any number, at both levels
/// of the journal.
/// </summary>
public sealed class KillCommandTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("bye", "1", "process", 1)]
    [InlineData("resume", "2", "power", 2)]
    public async Task Every_call_is_accounted_for(string resume, string seed, string level, int sessions)
    {
        ProgramRun run = await ProgramRun.OfAsync(
            "HotPath.Load.dll", "kill", "--json", "--seconds", "8", "--rate", "25", "--kills", "3", "--lanes", "3,2", "--resume", resume, "--seed", seed);
        output.WriteLine(run.Output);
        Assert.True(run.ExitCode == 0, run.Error);
        JsonElement result = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(0, result.GetProperty("unexplained").GetInt32());
        JsonElement outcomes = result.GetProperty("outcomes");
        Assert.True(result.GetProperty("calls").GetInt32() > 100);
        Assert.Equal(level, result.GetProperty("level").GetString());
        Assert.Equal(result.GetProperty("calls").GetInt32() * sessions, result.GetProperty("sessions").GetInt32());
        Assert.Equal(result.GetProperty("sessions").GetInt32(), outcomes.EnumerateObject().Sum(outcome => outcome.Value.GetInt32()));
        Assert.True(outcomes.GetProperty("clean").GetInt32() > 0);
        Assert.True(outcomes.GetProperty("estimated").GetInt32() + outcomes.GetProperty("resumed").GetInt32() > 0);
    }
}
