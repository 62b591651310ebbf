using System.Text.RegularExpressions;
using HotPath.Testing;

namespace HotPath.Billing.Tests;

/// <summary>Promise: the numbers of the outcomes are those that the migration page says.</summary>
public sealed partial class ReturnCodeTests
{
    [Fact]
    public void The_page_names_every_outcome_and_its_number()
    {
        string page = File.ReadAllText(Path.Combine(SharedFiles.RepositoryRoot, "docs", "opensips-migration.md"));
        string[] documented = [.. Row().Matches(page).Select(row => $"{row.Groups[1]} {row.Groups[2]}").Order()];
        string[] known = [.. Enum.GetValues<BillingOutcome>()
            .Where(kind => kind != BillingOutcome.None)
            .Select(kind => $"{kind} {new BillingResult(kind, default, "").Code}").Order()];
        Assert.Equal(known, documented);
    }

    [GeneratedRegex(@"^\| `(\w+)` \| (-?\d) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
