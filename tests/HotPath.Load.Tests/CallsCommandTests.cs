using System.Text.Json;
using HotPath.Testing;

namespace HotPath.Load.Tests;

/// <summary>
/// Promise: <c>calls --json</c> makes every call it says, through real processes, and prints one object per configuration with the keys that
/// programs read, measured and plausible.
/// </summary>
public sealed class CallsCommandTests
{
    private static readonly string[] s_keys =
    [
        "engineDelayMs", "offeredCallsPerSecond", "cleanCallsPerSecond", "failedCalls", "inviteP50Us", "inviteP99Us", "cpuMsPerCall", "memoryBytesPerCall",
        "allocatedBytesPerCall",
    ];

    [Fact]
    public async Task Every_configuration_is_one_object()
    {
        ProgramRun run = await ProgramRun.OfAsync(
            "HotPath.Load.dll", "calls", "--json", "--delay", "0,20", "--rate", "50", "--seconds", "0.4", "--warm-up", "0.2", "--held", "20", "--journal");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        JsonElement[] objects = [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal([0, 20], objects.Select(it => it.GetProperty("engineDelayMs").GetInt32()));
        Assert.All(objects, it =>
        {
            Assert.Equal(s_keys, it.EnumerateObject().Select(member => member.Name));
            Assert.Equal((50, 0), (it.GetProperty("offeredCallsPerSecond").GetDouble(), it.GetProperty("failedCalls").GetInt32()));
            Assert.InRange(it.GetProperty("cleanCallsPerSecond").GetDouble(), 0, 50);
            Assert.True(it.GetProperty("cpuMsPerCall").GetDouble() > 0);

            // The INVITE waits for the engine.
            Assert.InRange(it.GetProperty("inviteP50Us").GetDouble(), 1_000 * it.GetProperty("engineDelayMs").GetInt32(), it.GetProperty("inviteP99Us").GetDouble());
        });
    }

    [Theory]
    [InlineData("--rate", "0")]
    [InlineData("--delay", "5,x")]
    [InlineData("--held", "100000")]
    public async Task A_number_out_of_its_range_is_named(string option, string value)
    {
        ProgramRun run = await ProgramRun.OfAsync("HotPath.Load.dll", "calls", option, value);
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith(option, run.Error, StringComparison.Ordinal);
    }
}
