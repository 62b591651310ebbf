using System.Xml.Linq;
using HotPath.Testing;

namespace HotPath.Architecture.Tests;

/// <summary>One text file of the repository.</summary>
/// <param name="Path">Path below the root, with forward slashes.</param>
/// <param name="Text">Its content.</param>
internal sealed record SourceFile(string Path, string Text)
{
    public string Name => System.IO.Path.GetFileName(Path);

    public IEnumerable<(int Number, string Text)> Lines => Text.Split('\n').Select((line, i) => (i + 1, line));
}

/// <summary>One project file, read as XML: what it references decides the shape of the product.</summary>
/// <param name="Path">Path below the root, with forward slashes.</param>
/// <param name="Xml">Its content.</param>
internal sealed record ProjectFile(string Path, XDocument Xml)
{
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    public string Folder => System.IO.Path.GetDirectoryName(Path)!.Replace('\\', '/');

    /// <summary>Projects whose assembly this one is compiled against; a generator that only runs in the compiler is none of them.</summary>
    public IReadOnlyList<string> References =>
    [
        .. Xml.Descendants("ProjectReference")
            .Where(reference => reference.Attribute("OutputItemType")?.Value != "Analyzer")
            .Select(reference => System.IO.Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'))),
    ];

    public IReadOnlyList<XElement> Packages => [.. Xml.Descendants("PackageReference")];
}

/// <summary>The repository these tests run in, as files.</summary>
internal static class Repository
{
    private static readonly string[] s_notSource = ["bin", "obj", ".git", "artifacts", "TestResults", "BenchmarkDotNet.Artifacts"];

    private static readonly string[] s_textEndings = [".cs", ".csproj", ".props", ".targets", ".md", ".json", ".sh", ".sln", ".csv", ".editorconfig"];

    public static string Root => SharedFiles.RepositoryRoot;

    /// <summary>Every text file that is not built or downloaded.</summary>
    public static IReadOnlyList<SourceFile> Files { get; } = [.. Walk(new DirectoryInfo(Root))];

    public static IReadOnlyList<ProjectFile> Projects { get; } =
        [.. Files.Where(file => file.Path.EndsWith(".csproj", StringComparison.Ordinal)).Select(file => new ProjectFile(file.Path, XDocument.Parse(file.Text)))];

    public static SourceFile File(string path) => Files.Single(file => file.Path == path);

    /// <summary>C# files below a folder (<c>src/HotPath.Sip</c>).</summary>
    public static IEnumerable<SourceFile> CodeBelow(string folder) =>
        Files.Where(file => file.Path.StartsWith(folder + "/", StringComparison.Ordinal) && file.Path.EndsWith(".cs", StringComparison.Ordinal));

    private static IEnumerable<SourceFile> Walk(DirectoryInfo folder)
    {
        foreach (FileInfo file in folder.EnumerateFiles())
        {
            if (s_textEndings.Contains(file.Extension) || file.Extension.Length == 0)
            {
                yield return new SourceFile(Path.GetRelativePath(Root, file.FullName).Replace('\\', '/'), System.IO.File.ReadAllText(file.FullName));
            }
        }

        foreach (DirectoryInfo child in folder.EnumerateDirectories().Where(child => !s_notSource.Contains(child.Name)))
        {
            foreach (SourceFile file in Walk(child))
            {
                yield return file;
            }
        }
    }
}
