namespace HotPath.Architecture.Tests;

/// <summary>Reports everything a rule found, a line for each place.</summary>
internal static class Problems
{
    public static void AssertNone(IEnumerable<string> problems)
    {
        string[] found = [.. problems];
        Assert.True(found.Length == 0, string.Join(Environment.NewLine, found));
    }
}
