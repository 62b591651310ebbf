using System.Diagnostics;
using System.Globalization;

namespace HotPath.Cli;

/// <summary>Something that was noticed during a step.</summary>
/// <param name="Seconds">Since the step began.</param>
/// <param name="What">In words.</param>
internal sealed record DemoEvent(double Seconds, string What);

/// <summary>One step of the demo: one call, what happened, and whether that is what should have.</summary>
internal sealed class DemoStep(string name, string caller, string callee)
{
    private readonly long _began = Stopwatch.GetTimestamp();

    /// <summary>What the step shows.</summary>
    public string Name { get; } = name;

    /// <summary>The number that calls, which is also the account that pays.</summary>
    public string Caller { get; } = caller;

    /// <summary>The number that is called.</summary>
    public string Callee { get; } = callee;

    /// <summary>The Call-ID.</summary>
    public string? CallId { get; set; }

    /// <summary>The final status the caller got.</summary>
    public int? Status { get; set; }

    /// <summary>The INVITE reached the callee.</summary>
    public bool CalleeReached { get; set; }

    /// <summary>From the answer to the end, as the callee's phone measured it.</summary>
    public double? DurationSeconds { get; set; }

    /// <summary>Who ended the answered call: <c>caller</c>, <c>callee</c> or <c>edge</c>.</summary>
    public string? EndedBy { get; set; }

    /// <summary>What the engine's CDR says the call cost.</summary>
    public decimal? Cost { get; set; }

    /// <summary>The caller's balance before the call; <c>null</c>: there is no such account.</summary>
    public decimal? BalanceBefore { get; set; }

    /// <summary>The caller's balance after the call.</summary>
    public decimal? BalanceAfter { get; set; }

    /// <summary>What happened, in order.</summary>
    public List<DemoEvent> Events { get; } = [];

    /// <summary>Where it differed from what should have happened: what was expected, and what was.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>Everything was as expected.</summary>
    public bool AsExpected => Problems.Count == 0;

    /// <summary>Notes an event, now.</summary>
    public DemoEvent Note(string what)
    {
        DemoEvent noted = new(Math.Round(Stopwatch.GetElapsedTime(_began).TotalSeconds, 3), what);
        Events.Add(noted);
        return noted;
    }

    /// <summary>Checks one outcome.</summary>
    public void Expect<T>(string what, T expected, T actual)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            Problems.Add(string.Create(CultureInfo.InvariantCulture, $"{what}: expected {Words(expected)}, was {Words(actual)}"));
        }
    }

    /// <summary>Checks one outcome that must lie in a range.</summary>
    public void ExpectWithin(string what, double least, double most, double? actual)
    {
        if (!(actual >= least && actual <= most))
        {
            Problems.Add(string.Create(CultureInfo.InvariantCulture, $"{what}: expected {least} to {most}, was {Words(actual)}"));
        }
    }

    private static string Words<T>(T value) => Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : "none";
}
