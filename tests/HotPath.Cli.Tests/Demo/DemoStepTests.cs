namespace HotPath.Cli.Tests;

/// <summary>The demo tells a wrong outcome: what was expected and what happened, to a person and to a program.</summary>
public sealed class DemoStepTests
{
    [Fact]
    public void AWrongOutcomeIsToldInBothForms()
    {
        DemoStep step = new("account that does not exist", "1099", "1002") { Status = 200 };
        step.Expect("status", 403, step.Status);
        step.Expect("ended by", "edge", step.EndedBy);
        step.ExpectWithin("duration in seconds", 11.9, 13, null);
        step.ExpectWithin("duration in seconds", 11.9, 13, 13.5);

        Assert.False(step.AsExpected);
        Assert.Equal(
            [
                "status: expected 403, was 200",
                "ended by: expected edge, was none",
                "duration in seconds: expected 11.9 to 13, was none",
                "duration in seconds: expected 11.9 to 13, was 13.5",
            ],
            step.Problems);

        StringWriter text = new();
        DemoConsoleReport console = new(text);
        console.StepEnded(step);
        console.Finished([step], TimeSpan.Zero);
        Assert.Contains("status: expected 403, was 200", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("1 of 1 calls did not go as expected", text.ToString(), StringComparison.Ordinal);

        StringWriter json = new();
        new DemoJsonReport(json).StepEnded(step);
        Assert.Contains("\"problems\":[\"status: expected 403, was 200\"", json.ToString(), StringComparison.Ordinal);
        Assert.Contains("\"asExpected\":false", json.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsAsExpectedIsNoProblem()
    {
        DemoStep step = new("callee is busy", "1001", "1002") { Status = 486, DurationSeconds = 12 };
        step.Expect("status", 486, step.Status);
        step.Expect("taken from the balance", 0m, 9.28m - 9.280m);
        step.ExpectWithin("duration in seconds", 11.9, 13, step.DurationSeconds);

        Assert.True(step.AsExpected);
    }

    [Theory]
    [InlineData("0.6000", "0.6")]
    [InlineData("9.28000", "9.28")]
    [InlineData("10.0", "10")]
    [InlineData("-1", "-1")]
    public void AmountsAreShownWithoutZerosAtTheirEnd(string amount, string shown) =>
        Assert.Equal(shown, DemoCdr.Shortest(decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture)).ToString(System.Globalization.CultureInfo.InvariantCulture));
}
