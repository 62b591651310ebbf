using System.Globalization;

namespace HotPath.Testing;

/// <summary>A rule that was broken.</summary>
public sealed record WireViolation(TimeSpan At, WireRule Rule, string Detail)
{
    public override string ToString() => $"{At.TotalMilliseconds.ToString("0.000", CultureInfo.InvariantCulture)} ms: {Rule}: {Detail}";
}
