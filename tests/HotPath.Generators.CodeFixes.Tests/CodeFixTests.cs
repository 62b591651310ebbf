using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace HotPath.Generators.CodeFixes.Tests;

/// <summary>Guards: each code fix makes the diagnostic go away and leaves the rest of the text as it was.</summary>
public sealed class CodeFixTests
{
    [Theory]
    [InlineData("[CgrReply] public struct R;", "[CgrReply] public partial struct R;")]
    [InlineData("[CgrReply] public readonly struct R;", "[CgrReply] public readonly partial struct R;")]
    [InlineData("[CgrReply]\n// Why.\nstruct R;", "[CgrReply]\n// Why.\npartial struct R;")]
    [InlineData("// Why.\nclass Outer { [CgrReply] partial struct R; }", "// Why.\npartial class Outer { [CgrReply] partial struct R; }")]
    public async Task Partial_is_added(string source, string expected) =>
        Assert.Equal(expected, await FixAsync(new AddModifierFix(), source, "Declare it partial"));

    [Theory]
    [InlineData("[CgrCommand(\"A.B\", Reply = typeof(OkReply))] partial struct C;", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(OkReply))] partial struct C;")]
    [InlineData("[CgrCommand(method: \"A.B\", Reply = typeof(OkReply))] partial struct C;", "[CgrCommand(method: \"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(OkReply))] partial struct C;")]
    [InlineData("[CgrCommand(\"A.B\", Reply = typeof(OkReply), Repeat = RepeatClass.Unstated)] partial struct C;", "[CgrCommand(\"A.B\", Reply = typeof(OkReply), Repeat = RepeatClass.Safe)] partial struct C;")]
    [InlineData("[CgrCommand(\n    \"A.B\",\n    Reply = typeof(OkReply))]\npartial struct C;", "[CgrCommand(\n    \"A.B\",\n    Repeat = RepeatClass.Safe,\n    Reply = typeof(OkReply))]\npartial struct C;")]
    public async Task Repeat_is_stated(string source, string expected) =>
        Assert.Equal(expected, await FixAsync(new StateRepeatFix(), source, "Repeat = RepeatClass.Safe (it changes nothing)"));

    [Fact]
    public async Task Every_repeat_class_is_offered()
    {
        (_, ImmutableArray<CodeAction> actions) = await ActionsAsync(new StateRepeatFix(), "[CgrCommand(\"A.B\", Reply = typeof(OkReply))] partial struct C;");
        Assert.Equal(
            Enum.GetNames<HotPath.Commands.RepeatClass>().Except(["Unstated"]).Order(),
            actions.Select(action => action.Title.Split(' ', '.')[3]).Order());
    }

    [Theory]
    [InlineData(typeof(AddModifierFix), "Make it a ref struct", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(OkReply))] public readonly partial struct C { [CgrField(\"X\")] public CgrText X { get; init; } }", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(OkReply))] public readonly ref partial struct C { [CgrField(\"X\")] public CgrText X { get; init; } }")]
    [InlineData(typeof(AddModifierFix), "Make it a ref struct", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(OkReply))]\n// Why.\npartial struct C { [CgrField(\"X\")] public CgrText X { get; init; } }", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(OkReply))]\n// Why.\nref partial struct C { [CgrField(\"X\")] public CgrText X { get; init; } }")]
    [InlineData(typeof(StateReplyFix), "Reply = typeof(OkReply) (\"OK\" and nothing else)", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe)] partial struct C;", "[CgrCommand(\"A.B\", Reply = typeof(OkReply), Repeat = RepeatClass.Safe)] partial struct C;")]
    [InlineData(typeof(StateReplyFix), "Reply = typeof(OkReply) (\"OK\" and nothing else)", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(string))] partial struct C;", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(OkReply))] partial struct C;")]
    [InlineData(typeof(ChangeTypeFix), "Make it decimal", "[CgrReply] partial struct R { [CgrMember(\"X\")] public double X { get; init; } }", "[CgrReply] partial struct R { [CgrMember(\"X\")] public decimal X { get; init; } }")]
    [InlineData(typeof(ChangeTypeFix), "Make it decimal?", "[CgrReply] partial struct R { [CgrMember(\"X\")] public double? X { get; init; } }", "[CgrReply] partial struct R { [CgrMember(\"X\")] public decimal? X { get; init; } }")]
    [InlineData(typeof(ChangeTypeFix), "Make it long?", "[CgrReply] partial struct R { [CgrMember(\"X\")] public uint? X { get; init; } }", "[CgrReply] partial struct R { [CgrMember(\"X\")] public long? X { get; init; } }")]
    [InlineData(typeof(ChangeTypeFix), "Make it long", "[CgrReply] partial struct R { [CgrMember(\"X\")] public ulong X { get; init; } }", "[CgrReply] partial struct R { [CgrMember(\"X\")] public long X { get; init; } }")]
    [InlineData(typeof(ChangeTypeFix), "Make it int", "[CgrReply] partial struct R { [CgrMember(\"X\")] public short X { get; init; } }", "[CgrReply] partial struct R { [CgrMember(\"X\")] public int X { get; init; } }")]
    [InlineData(typeof(ChangeTypeFix), "Make it CgrDuration?", "[CgrReply] partial struct R { [CgrMember(\"X\", Format = CgrFormat.Seconds)] public System.TimeSpan? X { get; init; } }", "[CgrReply] partial struct R { [CgrMember(\"X\", Format = CgrFormat.Seconds)] public CgrDuration? X { get; init; } }")]
    [InlineData(typeof(ChangeTypeFix), "Make it System.DateTimeOffset", "[CgrReply] partial struct R { [CgrMember(\"X\", Format = CgrFormat.Rfc3339)] public System.DateTime X { get; init; } }", "[CgrReply] partial struct R { [CgrMember(\"X\", Format = CgrFormat.Rfc3339)] public System.DateTimeOffset X { get; init; } }")]
    [InlineData(typeof(ChangeTypeFix), "Make it string[]?", "[CgrReply] partial struct R { [CgrMember(\"X\")] public System.Collections.Generic.List<string>? X { get; init; } }", "[CgrReply] partial struct R { [CgrMember(\"X\")] public string[]? X { get; init; } }")]
    [InlineData(typeof(ChangeTypeFix), "Make it string[]", "[CgrReply] partial struct R { [CgrMember(\"X\")] public System.Collections.Generic.IReadOnlyList<string> X { get; init; } }", "[CgrReply] partial struct R { [CgrMember(\"X\")] public string[] X { get; init; } }")]
    [InlineData(typeof(ChangeTypeFix), "Make it string?", "[CgrReply] partial struct R { [CgrMember(\"X\")] public byte[]? X { get; init; } }", "[CgrReply] partial struct R { [CgrMember(\"X\")] public string? X { get; init; } }")]
    [InlineData(typeof(ChangeTypeFix), "Make it CgrText", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(OkReply))] ref partial struct C { [CgrMember(\"X\")] public System.ReadOnlySpan<byte> X { get; init; } }", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(OkReply))] ref partial struct C { [CgrMember(\"X\")] public CgrText X { get; init; } }")]
    [InlineData(typeof(ChangeTypeFix), "Make it string?", "[CgrReply] partial struct R { [CgrMember(\"X\")] public CgrText X { get => default; init { } } }", "[CgrReply] partial struct R { [CgrMember(\"X\")] public string? X { get => default; init { } } }")]
    [InlineData(typeof(ChangeTypeFix), "Make it bool?", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(OkReply))] partial struct C { public C() { } [CgrMember(\"X\")] public bool X { get; init; } = true; }", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(OkReply))] partial struct C { public C() { } [CgrMember(\"X\")] public bool? X { get; init; } = true; }")]
    [InlineData(typeof(ChooseFormatFix), "Format = CgrFormat.Nanoseconds", "[CgrReply] partial struct R { [CgrMember(\"X\")] public CgrDuration X { get; init; } }", "[CgrReply] partial struct R { [CgrMember(\"X\", Format = CgrFormat.Nanoseconds)] public CgrDuration X { get; init; } }")]
    [InlineData(typeof(ChooseFormatFix), "Format = CgrFormat.Rfc3339", "[CgrReply] partial struct R { [CgrMember(\"X\", Format = CgrFormat.Seconds)] public System.DateTimeOffset? X { get; init; } }", "[CgrReply] partial struct R { [CgrMember(\"X\", Format = CgrFormat.Rfc3339)] public System.DateTimeOffset? X { get; init; } }")]
    [InlineData(typeof(ChooseFormatFix), "Leave Format out", "[CgrReply] partial struct R { [CgrMember(\"X\", Format = CgrFormat.Number)] public long X { get; init; } }", "[CgrReply] partial struct R { [CgrMember(\"X\")] public long X { get; init; } }")]
    [InlineData(typeof(ChooseFormatFix), "CompatFormat = CgrFormat.WholeSeconds", "[CgrReply] partial struct R { [CgrMember(\"X\", Format = CgrFormat.Seconds, CompatFormat = CgrFormat.Number)] public CgrDuration? X { get; init; } }", "[CgrReply] partial struct R { [CgrMember(\"X\", Format = CgrFormat.Seconds, CompatFormat = CgrFormat.WholeSeconds)] public CgrDuration? X { get; init; } }")]
    [InlineData(typeof(UsePropertyNameFix), "Name it X", "[CgrReply] partial struct R { [CgrMember] public bool X { get; init; } }", "[CgrReply] partial struct R { [CgrMember(\"X\")] public bool X { get; init; } }")]
    [InlineData(typeof(UsePropertyNameFix), "Name it X", "[CgrReply] partial struct R { [CgrMember(\"\\t\", Format = CgrFormat.Number)] public bool X { get; init; } }", "[CgrReply] partial struct R { [CgrMember(\"X\", Format = CgrFormat.Number)] public bool X { get; init; } }")]
    [InlineData(typeof(UsePropertyNameFix), "Name it X", "[CgrReply] partial struct R { [CgrMember(Format = CgrFormat.Number)] public bool X { get; init; } }", "[CgrReply] partial struct R { [CgrMember(\"X\", Format = CgrFormat.Number)] public bool X { get; init; } }")]
    [InlineData(typeof(UsePropertyNameFix), "Name it X", "[CgrReply] partial struct R { [CgrMember(\"Y\")] public long Y { get; init; } [CgrMember(\"Y\")] public bool X { get; init; } }", "[CgrReply] partial struct R { [CgrMember(\"Y\")] public long Y { get; init; } [CgrMember(\"X\")] public bool X { get; init; } }")]
    [InlineData(typeof(MakeSettableFix), "Add an init accessor", "[CgrReply] partial struct R { [CgrMember(\"X\")] public bool X { get; } }", "[CgrReply] partial struct R { [CgrMember(\"X\")] public bool X { get; init; } }")]
    [InlineData(typeof(MakeSettableFix), "Remove static", "[CgrReply] partial struct R { [CgrMember(\"X\")] public static bool X { get; set; } }", "[CgrReply] partial struct R { [CgrMember(\"X\")] public bool X { get; set; } }")]
    [InlineData(typeof(MarkMemberFix), "Mark it [CgrMember]", "[CgrReply] partial struct R { [CgrField(\"X\")] public bool X { get; init; } }", "[CgrReply] partial struct R { [CgrMember(\"X\")] public bool X { get; init; } }")]
    [InlineData(typeof(RemoveArgumentFix), "Leave Required out", "[CgrReply] partial struct R { [CgrMember(\"X\", Required = true)] public long X { get; init; } }", "[CgrReply] partial struct R { [CgrMember(\"X\")] public long X { get; init; } }")]
    [InlineData(typeof(RemoveArgumentFix), "Leave Compat out", "[CgrReply] partial struct R { [CgrMember(\"X\", Compat = (CgrCompat)9)] public long X { get; init; } }", "[CgrReply] partial struct R { [CgrMember(\"X\")] public long X { get; init; } }")]
    [InlineData(typeof(RemoveArgumentFix), "Leave Yields out", "[CgrReply] partial struct R { [CgrMember(\"X\", Yields = true)] public long X { get; init; } }", "[CgrReply] partial struct R { [CgrMember(\"X\")] public long X { get; init; } }")]
    [InlineData(typeof(RemoveArgumentFix), "Leave Text out", "[CgrReply(Text = \"OK\")] partial struct R { [CgrMember(\"X\")] public bool X { get; init; } }", "[CgrReply] partial struct R { [CgrMember(\"X\")] public bool X { get; init; } }")]
    [InlineData(typeof(RemoveArgumentFix), "Leave the name out", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(OkReply))] partial struct C { [CgrField(\"X\")] public CgrVariables? X { get; init; } }", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(OkReply))] partial struct C { [CgrField] public CgrVariables? X { get; init; } }")]
    [InlineData(typeof(RemoveArgumentFix), "Leave Compat out", "[CgrCommand(\"A.B\", Compat = \"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(OkReply))] partial struct C;", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(OkReply))] partial struct C;")]
    [InlineData(typeof(RemoveArgumentFix), "Leave EventName out", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(OkReply), EventName = \"E\")] partial struct C;", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(OkReply))] partial struct C;")]
    [InlineData(typeof(RemoveModifierFix), "Remove ref", "[CgrReply] public readonly ref partial struct R;", "[CgrReply] public readonly partial struct R;")]
    [InlineData(typeof(RemoveModifierFix), "Remove file", "// Why.\n[CgrReply]\nfile partial struct R;", "// Why.\n[CgrReply]\npartial struct R;")]
    [InlineData(typeof(RemoveModifierFix), "Remove file", "// Why.\nfile partial class Outer { [CgrReply] partial struct R; }", "// Why.\npartial class Outer { [CgrReply] partial struct R; }")]
    [InlineData(typeof(RemoveModifierFix), "Remove required", "[CgrReply] partial struct R { public required string Note { get; init; } }", "[CgrReply] partial struct R { public string Note { get; init; } }")]
    [InlineData(typeof(RemoveAttributeFix), "Remove [CgrField]", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(OkReply))] partial struct C { [CgrMember(\"X\"), CgrField] public bool X { get; init; } }", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(OkReply))] partial struct C { [CgrMember(\"X\")] public bool X { get; init; } }")]
    [InlineData(typeof(RemoveAttributeFix), "Remove [CgrResult]", "[CgrReply] partial struct R { [CgrMember(\"X\")] [CgrResult] public bool X { get; init; } }", "[CgrReply] partial struct R { [CgrMember(\"X\")] public bool X { get; init; } }")]
    public async Task It_is_mended(Type provider, string title, string source, string expected) =>
        Assert.Equal(expected, await FixAsync((CodeFixProvider)Activator.CreateInstance(provider)!, source, title));

    [Fact]
    public async Task All_of_a_kind_are_mended_at_once()
    {
        const string Source = "[CgrReply] partial struct R { [CgrMember(\"X\", Required = true)] public long X { get; init; } [CgrMember(\"Y\", Required = true)] public long Y { get; init; } }";
        RemoveArgumentFix provider = new();
        Document document = CreateDocument(Source);
        Diagnostic[] diagnostics = [.. await DiagnosticsAsync(document, provider)];
        Assert.Equal(2, diagnostics.Length);
        FixAllContext context = new(
            document, provider, FixAllScope.Document, "HP0012: Leave Required out", ["HP0012"], new Found(diagnostics), TestContext.Current.CancellationToken);
        CodeAction? action = await provider.GetFixAllProvider()!.GetFixAsync(context);
        Assert.Equal(Source.Replace(", Required = true", ""), await ApplyAsync(action!, document.Id));
    }

    private sealed class Found(IEnumerable<Diagnostic> diagnostics) : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult(diagnostics);

        public override Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) => Task.FromResult(diagnostics);

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult(diagnostics);
    }

    [Theory]
    [InlineData(typeof(UsePropertyNameFix), "[CgrReply] partial struct R { [CgrMember(\"X\")] public bool Y { get; init; } [CgrMember] public bool X { get; init; } }")]
    [InlineData(typeof(ChangeTypeFix), "[CgrReply] partial struct R { [CgrMember(\"X\")] public System.DayOfWeek X { get; init; } }")]
    [InlineData(typeof(MakeSettableFix), "[CgrReply] partial struct R { [CgrMember(\"X\")] public bool X => true; }")]
    public async Task Where_nothing_is_sure_nothing_is_offered(Type provider, string source) =>
        Assert.Empty((await ActionsAsync((CodeFixProvider)Activator.CreateInstance(provider)!, source)).Actions);

    /// <summary>A page says that there is a fix if, and only if, there is one.</summary>
    [Fact]
    public void The_pages_say_which_mistakes_have_a_fix()
    {
        HashSet<string> fixable = [.. typeof(SyntaxFix).Assembly.GetTypes()
            .Where(type => type is { IsAbstract: false } && type.IsAssignableTo(typeof(CodeFixProvider)))
            .SelectMany(type => ((CodeFixProvider)Activator.CreateInstance(type)!).FixableDiagnosticIds)];
        foreach (string page in Directory.EnumerateFiles(Path.Combine(RepositoryRoot(), "docs", "diagnostics"), "HP*.md"))
        {
            string id = Path.GetFileNameWithoutExtension(page);
            string[] sentences = [.. File.ReadAllLines(page).Where(line => line.StartsWith("A code fix ", StringComparison.Ordinal) || line.StartsWith("There is no code fix", StringComparison.Ordinal))];
            Assert.True(sentences.Length == 1 && sentences[0].StartsWith("A code fix", StringComparison.Ordinal) == fixable.Contains(id), id);
        }
    }

    private static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "HotPath.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("HotPath.sln is not above the tests.");
    }

    private static async Task<string> FixAsync(CodeFixProvider provider, string source, string title)
    {
        (Document document, ImmutableArray<CodeAction> actions) = await ActionsAsync(provider, source);
        CodeAction action = Assert.Single(actions, each => each.Title == title);
        string text = await ApplyAsync(action, document.Id);
        Assert.Empty(await DiagnosticsAsync(CreateDocument(text), provider));
        return text;
    }

    private static async Task<string> ApplyAsync(CodeAction action, DocumentId id)
    {
        ImmutableArray<CodeActionOperation> operations = await action.GetOperationsAsync(TestContext.Current.CancellationToken);
        Solution changed = Assert.IsType<ApplyChangesOperation>(Assert.Single(operations)).ChangedSolution;
        SourceText text = await changed.GetDocument(id)!.GetTextAsync(TestContext.Current.CancellationToken);
        return text.ToString()[Prologue.Length..];
    }

    private static readonly MetadataReference[] s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal) || Path.GetFileName(path) == "HotPath.Commands.dll")
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private const string Prologue = "using HotPath.Commands;\n";

    private static async Task<(Document Document, ImmutableArray<CodeAction> Actions)> ActionsAsync(CodeFixProvider provider, string source)
    {
        Document document = CreateDocument(source);
        Diagnostic diagnostic = Assert.Single(await DiagnosticsAsync(document, provider));
        ImmutableArray<CodeAction>.Builder actions = ImmutableArray.CreateBuilder<CodeAction>();
        await provider.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), TestContext.Current.CancellationToken));
        return (document, actions.ToImmutable());
    }

    private static async Task<IEnumerable<Diagnostic>> DiagnosticsAsync(Document document, CodeFixProvider provider)
    {
        Compilation compilation = (await document.Project.GetCompilationAsync(TestContext.Current.CancellationToken))!;
        ImmutableArray<Diagnostic> diagnostics = await compilation
            .WithAnalyzers([new SchemaAnalyzer()])
            .GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        return diagnostics.Where(diagnostic => provider.FixableDiagnosticIds.Contains(diagnostic.Id));
    }

    private static Document CreateDocument(string source)
    {
        AdhocWorkspace workspace = new();
        return workspace
            .AddProject("Consumer", LanguageNames.CSharp)
            .WithMetadataReferences(s_references)
            .WithParseOptions(new CSharpParseOptions(LanguageVersion.Latest))
            .AddDocument("Consumer.cs", Prologue + source);
    }
}
