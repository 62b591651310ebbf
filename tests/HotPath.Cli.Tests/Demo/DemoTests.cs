using System.Text.Json;

namespace HotPath.Cli.Tests;

/// <summary>
/// <c>hotpath demo</c> shows the four outcomes it promises, through real sockets, within thirty seconds, and tells a program the same.
/// </summary>
public sealed class DemoTests
{
    private const int MaxSeconds = 30;

    [Fact]
    public async Task TheDemoPlaysItsFourCallsAndSaysSoInJson()
    {
        using HotPathProcess demo = HotPathProcess.Start("demo", "--json");
        long began = Environment.TickCount64;
        (int code, string output, string error) = await demo.EndAsync(TestContext.Current.CancellationToken);

        Assert.Equal("", error);
        JsonElement[] lines = [.. output.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.All(lines, line => Assert.Single(line.EnumerateObject()));
        JsonElement[] steps = [.. lines.Where(line => line.TryGetProperty("step", out _)).Select(line => line.GetProperty("step"))];
        JsonElement[] billed =
        [
            .. lines.Where(line => line.TryGetProperty("cdr", out _)).Select(line => line.GetProperty("cdr")).Where(cdr => cdr.GetProperty("runId").GetString() == "*default"),
        ];
        Assert.True(code == 0, output);
        Assert.InRange(Environment.TickCount64 - began, 0, MaxSeconds * 1000);
        Assert.All(steps, step => Assert.True(step.GetProperty("asExpected").GetBoolean()));

        Assert.Equal(["caller", "edge", null, null], steps.Select(step => step.TryGetProperty("endedBy", out JsonElement by) ? by.GetString() : null));
        Assert.Equal([200, 200, 403, 486], steps.Select(step => step.GetProperty("status").GetInt32()));
        Assert.Equal([true, true, false, true], steps.Select(step => step.GetProperty("calleeReached").GetBoolean()));
        Assert.Equal([0.6m, 0.12m, 0m], billed.Select(cdr => cdr.GetProperty("cost").GetDecimal()));
        Assert.Equal([9.4m, 9.28m, 9.28m], steps.Where(step => step.TryGetProperty("balanceAfter", out _)).Select(step => step.GetProperty("balanceAfter").GetDecimal()));
    }
}
