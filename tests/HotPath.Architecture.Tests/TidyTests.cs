using System.Text.RegularExpressions;

namespace HotPath.Architecture.Tests;

/// <summary>The repository reads the same everywhere: one concept per file, nothing left to do, nothing that waits by sleeping, no dead links.</summary>
public sealed partial class TidyTests
{
    private const int MaxLines = 600;

    // Written in halves, so that these rules do not find themselves.
    private static readonly string[] s_unfinished = ["TO" + "DO", "FIX" + "ME", "HA" + "CK", "NotImplemented" + "Exception"];

    private static readonly string[] s_sleeps = ["Thread" + ".Sleep", "Task" + ".Delay"];

    private static readonly string[] s_places = ["/ro" + "ot/", "/ho" + "me/", "/wo" + "rk/", "C:" + @"\Users"];

    private static IEnumerable<SourceFile> Code => Repository.Files.Where(IsCode);

    [Fact]
    public void NothingIsLeftToDo() => Problems.AssertNone(Code.SelectMany(file => Words(file, s_unfinished, "finish it, or take it out")));

    [Fact]
    public void NoTestSleeps() =>
        Problems.AssertNone(Code.Where(file => file.Path.StartsWith("tests/", StringComparison.Ordinal)).SelectMany(file => Words(file, s_sleeps, "wait for the event, or move the clock")));

    [Fact]
    public void NoFileNamesAPlaceOnSomebodysMachine() => Problems.AssertNone(Repository.Files.SelectMany(file => Words(file, s_places, "write a path relative to the repository")));

    [Fact]
    public void NoProductFileIsTooLongToRead() => Problems.AssertNone(Product().SelectMany(TooLong));

    [Fact]
    public void AProductFileIsNamedAfterATypeItHolds() => Problems.AssertNone(Product().SelectMany(MisnamedFile));

    [Fact]
    public void AProjectHasOneNamespace() =>
        Problems.AssertNone(Code.Where(file => file.Path.StartsWith("src/", StringComparison.Ordinal) || file.Path.StartsWith("tests/", StringComparison.Ordinal)).SelectMany(ForeignNamespace));

    [Fact]
    public void EveryDiagnosticHasAPageAndEveryPageADiagnostic()
    {
        string[] declared = [.. Repository.CodeBelow("generators").SelectMany(file => DiagnosticId().Matches(file.Text).Select(match => match.Groups[1].Value)).Distinct()];
        string[] described = [.. Repository.Files.Where(file => DiagnosticPage().IsMatch(file.Path)).Select(file => Path.GetFileNameWithoutExtension(file.Path))];
        Problems.AssertNone(
        [
            .. declared.Except(described).Select(id => $"generators: {id} is declared, but docs/diagnostics/{id}.md does not exist"),
            .. described.Except(declared).Select(id => $"docs/diagnostics/{id}.md: no such diagnostic in generators"),
        ]);
    }

    [Fact]
    public void LinksInTheDocumentationLeadSomewhere() =>
        Problems.AssertNone(
            from file in Repository.Files
            where file.Path.EndsWith(".md", StringComparison.Ordinal)
            from link in RelativeLink().Matches(file.Text)
            let target = Path.Combine(Repository.Root, Path.GetDirectoryName(file.Path)!, link.Groups[1].Value)
            where !File.Exists(target) && !Directory.Exists(target)
            select $"{file.Path}: the link to {link.Groups[1].Value} leads nowhere");

    [Theory]
    [InlineData("samples/link-the-core/Program.cs")]
    [InlineData("samples/rpc-client/Program.cs")]
    public void TheReadmeShowsTheSampleAsItIs(string path) =>
        Assert.True(
            Repository.File("README.md").Text.Contains($"```csharp\n{Repository.File(path).Text}```", StringComparison.Ordinal),
            $"README.md: has no C# block that is {path}; copy the file there");

    [Fact]
    public void TheRulesFindWhatTheyForbid()
    {
        SourceFile bad = new("src/HotPath.Sip/Parsing/Example.cs", $"namespace HotPath.Sip.Parsing;\ninternal sealed class Other; // {s_unfinished[0]}: more\n" + string.Concat(Enumerable.Repeat("//\n", MaxLines)));
        Assert.Equal([$"{bad.Path}:2: {s_unfinished[0]}: finish it, or take it out"], Words(bad, s_unfinished, "finish it, or take it out"));
        Assert.Equal([$"{bad.Path}: {MaxLines + 2} lines; a file over {MaxLines} is two files"], TooLong(bad));
        Assert.Equal([$"{bad.Path}: holds no type named Example"], MisnamedFile(bad));
        Assert.Equal([$"{bad.Path}: namespace HotPath.Sip.Parsing; its project has one, HotPath.Sip"], ForeignNamespace(bad));
    }

    private static bool IsCode(SourceFile file) => file.Path.EndsWith(".cs", StringComparison.Ordinal) && !file.Path.Contains("/Snapshots/", StringComparison.Ordinal);

    private static IEnumerable<SourceFile> Product() => Repository.CodeBelow("src").Concat(Repository.CodeBelow("generators"));

    private static IEnumerable<string> Words(SourceFile file, string[] words, string advice) =>
        from line in file.Lines
        from word in words
        where Regex.IsMatch(line.Text, $@"(?<!\w){Regex.Escape(word)}(?!\w)") || (word.EndsWith('/') && line.Text.Contains(word, StringComparison.Ordinal))
        select $"{file.Path}:{line.Number}: {word}: {advice}";

    private static IEnumerable<string> TooLong(SourceFile file)
    {
        int lines = file.Text.AsSpan().TrimEnd('\n').Count('\n') + 1;
        return lines > MaxLines ? [$"{file.Path}: {lines} lines; a file over {MaxLines} is two files"] : [];
    }

    private static IEnumerable<string> MisnamedFile(SourceFile file)
    {
        string name = file.Name.Split('.')[0];
        bool holdsCodeOnly = name is "Program" or "AssemblyInfo" or "GlobalUsings";
        return holdsCodeOnly || Regex.IsMatch(file.Text, $@"\b(class|struct|interface|enum|record|delegate [\w<>]+) {name}\b") ? [] : [$"{file.Path}: holds no type named {name}"];
    }

    private static IEnumerable<string> ForeignNamespace(SourceFile file)
    {
        string project = file.Path.Split('/')[1];
        return from declaration in NamespaceDeclaration().Matches(file.Text)
               let name = declaration.Groups[1].Value
               where name != project && !name.StartsWith("System.", StringComparison.Ordinal)
               select $"{file.Path}: namespace {name}; its project has one, {project}";
    }

    [GeneratedRegex(@"""(HP\d{4})""")]
    private static partial Regex DiagnosticId();

    [GeneratedRegex(@"^docs/diagnostics/HP\d{4}\.md$")]
    private static partial Regex DiagnosticPage();

    [GeneratedRegex(@"\]\((?!\w+:)([^)#\s]+)[^)]*\)")]
    private static partial Regex RelativeLink();

    [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceDeclaration();
}
