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
        Assert.Equal(expected, await FixAsync(new DeclarePartialFix(), source, "Declare it partial"));

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

    private static async Task<string> FixAsync(CodeFixProvider provider, string source, string title)
    {
        (Document document, ImmutableArray<CodeAction> actions) = await ActionsAsync(provider, source);
        CodeAction action = Assert.Single(actions, each => each.Title == title);
        ImmutableArray<CodeActionOperation> operations = await action.GetOperationsAsync(TestContext.Current.CancellationToken);
        Solution changed = Assert.IsType<ApplyChangesOperation>(Assert.Single(operations)).ChangedSolution;
        Document after = changed.GetDocument(document.Id)!;
        Assert.Empty(await DiagnosticsAsync(after, provider));
        SourceText text = await after.GetTextAsync(TestContext.Current.CancellationToken);
        return text.ToString()[Prologue.Length..];
    }

    private const string Prologue = "using HotPath.Commands;\n";

    private static async Task<(Document Document, ImmutableArray<CodeAction> Actions)> ActionsAsync(CodeFixProvider provider, string source)
    {
        AdhocWorkspace workspace = new();
        IEnumerable<MetadataReference> references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal) || Path.GetFileName(path) == "HotPath.Commands.dll")
            .Select(path => MetadataReference.CreateFromFile(path));
        Document document = workspace
            .AddProject("Consumer", LanguageNames.CSharp)
            .WithMetadataReferences(references)
            .WithParseOptions(new CSharpParseOptions(LanguageVersion.Latest))
            .AddDocument("Consumer.cs", Prologue + source);

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
}
