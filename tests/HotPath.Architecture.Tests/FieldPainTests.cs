using System.Globalization;
using System.Text.RegularExpressions;

namespace HotPath.Architecture.Tests;

/// <summary>
/// Promise: for each of the 30 things that operators suffer from today there is a test that says so with its number,
/// <c>[Trait("FieldPain", "12")]</c>, or a reason why there is none. <c>dotnet test --filter FieldPain=12</c> runs those of one.
/// </summary>
public sealed partial class FieldPainTests
{
    private const int Count = 30;

    /// <summary>What no test of the edge could show, and why.</summary>
    private static readonly Dictionary<int, string> s_elsewhere = new()
    {
        [25] = "loading and reloading tariffs of 57,000 rows is the engine's; the edge holds none",
    };

    [Fact]
    public void EachHasATestOrAReasonWhyNot()
    {
        HashSet<int> tested = [.. Repository.CodeBelow("tests").SelectMany(file => NumbersIn(file.Text))];
        Problems.AssertNone(
        [
            .. Enumerable.Range(1, Count).Where(number => !tested.Contains(number) && !s_elsewhere.ContainsKey(number))
                .Select(number => $"tests: none has the trait FieldPain {number}; write one, or say here why there is none"),
            .. tested.Where(number => number is < 1 or > Count).Select(number => $"tests: there is no field pain {number}"),
            .. s_elsewhere.Keys.Where(tested.Contains).Select(number => $"tests: field pain {number} has a test, and here a reason why it has none"),
        ]);
    }

    [Fact]
    public void OnlyTheTraitOfATestCounts() => Assert.Equal(
        [1, 30],
        NumbersIn("""
            [Fact, Trait("FieldPain", "1"), Trait("FieldPain", "30")]
            // Trait("FieldPain", "2")
            """));

    private static IEnumerable<int> NumbersIn(string code) =>
        from test in TestAttribute().Matches(code)
        from trait in Trait().Matches(test.Value)
        select int.Parse(trait.Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\s*\[(Fact|Theory)\b.*\]\s*$", RegexOptions.Multiline)]
    private static partial Regex TestAttribute();

    [GeneratedRegex(@"Trait\(""FieldPain"", ""(\d+)""\)")]
    private static partial Regex Trait();
}
