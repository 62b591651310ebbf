using System.Text.Json;
using HotPath.Testing;

namespace HotPath.Load.Tests;

/// <summary>Promise: <c>rpc --json</c> prints one object per configuration, with the keys that programs read, measured and plausible.</summary>
public sealed class RpcCommandTests
{
    private static readonly string[] s_keys =
    [
        "connections", "inFlight", "requestsPerSecond", "p50Us", "p99Us", "p999Us", "cpuUsPerRequest", "allocatedBytesPerRequest", "yardstickRequestsPerSecond",
    ];

    [Fact]
    public async Task Every_configuration_is_one_object()
    {
        ProgramRun run = await ProgramRun.OfAsync("HotPath.Load.dll", "rpc", "--json", "--connections", "1,2", "--in-flight", "1,32", "--seconds", "0.1");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        JsonElement[] objects = [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal([(1, 1), (1, 32), (2, 1), (2, 32)], objects.Select(it => (it.GetProperty("connections").GetInt32(), it.GetProperty("inFlight").GetInt32())));
        Assert.All(objects, it =>
        {
            Assert.Equal(s_keys, it.EnumerateObject().Select(member => member.Name));
            Assert.True(it.GetProperty("requestsPerSecond").GetDouble() > 0);
            Assert.True(it.GetProperty("yardstickRequestsPerSecond").GetDouble() > 0);
            Assert.True(it.GetProperty("cpuUsPerRequest").GetDouble() > 0);
            Assert.InRange(it.GetProperty("p99Us").GetDouble(), it.GetProperty("p50Us").GetDouble(), it.GetProperty("p999Us").GetDouble());
        });
    }

    [Theory]
    [InlineData("--in-flight", "0")]
    [InlineData("--connections", "1,x")]
    [InlineData("--seconds", "0")]
    public async Task A_number_out_of_its_range_is_named(string option, string value)
    {
        ProgramRun run = await ProgramRun.OfAsync("HotPath.Load.dll", "rpc", option, value);
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith(option, run.Error, StringComparison.Ordinal);
    }
}
