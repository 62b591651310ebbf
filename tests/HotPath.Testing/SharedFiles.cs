using Xunit;

namespace HotPath.Testing;

/// <summary>
/// Finds the recordings, vectors and messages that are kept beside the repository and not in it. The root is the environment
/// variable <c>HOTPATH_SHARED</c>, else the folder <c>shared</c> beside the repository.
/// </summary>
public static class SharedFiles
{
    private const string Variable = "HOTPATH_SHARED";

    /// <summary>The folder with <c>HotPath.sln</c>.</summary>
    public static string RepositoryRoot { get; } = FindRepositoryRoot();

    private static readonly string? s_configured = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } root ? root : null;

    /// <summary>
    /// The full path of a shared file. Skips the running test where there is no such file; fails it if <c>HOTPATH_SHARED</c> is set
    /// and the file is missing, empty or unreadable.
    /// </summary>
    public static string Require(string relativePath)
    {
        string path = Path.Combine(s_configured ?? Path.Combine(RepositoryRoot, "..", "shared"), relativePath);
        if (s_configured is not null)
        {
            Assert.True(File.Exists(path), $"{Variable} is set, but {path} does not exist.");
            using FileStream readable = File.OpenRead(path);
            Assert.True(readable.Length > 0, $"{Variable} is set, but {path} is empty.");
        }
        else if (!File.Exists(path))
        {
            Assert.Skip($"{relativePath} is not beside this repository; set {Variable} to its folder to run this test.");
        }

        return path;
    }

    /// <summary>The lines of a shared file that are not blank, of which there is at least one.</summary>
    public static IReadOnlyList<string> RequireLines(string relativePath)
    {
        string[] lines = [.. File.ReadLines(Require(relativePath)).Where(line => !string.IsNullOrWhiteSpace(line))];
        Assert.True(lines.Length > 0, $"{relativePath} holds nothing but blank lines.");
        return lines;
    }

    private static string FindRepositoryRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "HotPath.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"HotPath.sln is not above {AppContext.BaseDirectory}: tests run from their place in the repository.");
    }
}
