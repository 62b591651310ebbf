using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace HotPath.Generators.Tests;

/// <summary>Guards: each way to declare a schema wrongly is told under its id, at the place of the mistake, and has a page that explains it.</summary>
public sealed class SchemaDiagnosticsTests
{
    private const string Reply = "[CgrReply] public partial struct R;";

    /// <summary>The mistake stands between <c>«</c> and <c>»</c>.</summary>
    public static TheoryData<string, string> Mistakes => new()
    {
        { "HP0001", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(R))] public struct «C»;" },
        { "HP0001", "[CgrReply] public struct «C»;" },
        { "HP0001", "public class «Outer» { [CgrReply] public partial struct C; }" },
        { "HP0002", "[CgrReply] public partial struct «C»<T>;" },
        { "HP0002", "public partial class Outer<T> { [CgrReply] public partial struct «C»; }" },
        { "HP0003", "[CgrCommand(«\"Authorize\"», Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct C;" },
        { "HP0003", "[CgrCommand(«\"A.B.C\"», Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct C;" },
        { "HP0003", "[CgrCommand(«\"A.\\\"\"», Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct C;" },
        { "HP0003", "[CgrCommand(«null!», Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct C;" },
        { "HP0003", "[CgrCommand(\"A.B\", «Aliases = [\"B\"]», Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct C;" },
        { "HP0004", "[«CgrCommand(\"A.B\", Reply = typeof(R))»] public partial struct C;" },
        { "HP0004", "[CgrCommand(\"A.B\", «Repeat = RepeatClass.Unstated», Reply = typeof(R))] public partial struct C;" },
        { "HP0004", "[CgrCommand(\"A.B\", «Repeat = (RepeatClass)77», Reply = typeof(R))] public partial struct C;" },
        { "HP0005", "[«CgrCommand(\"A.B\", Repeat = RepeatClass.Safe)»] public partial struct C;" },
        { "HP0005", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, «Reply = typeof(string)»)] public partial struct C;" },
        { "HP0006", "[CgrReply] public partial struct C { [CgrMember(\"X\")] public object? «X» { get; init; } }" },
        { "HP0006", "[CgrReply] public partial struct C { [CgrMember(\"X\")] public double «X» { get; init; } }" },
        { "HP0007", "[CgrReply] public partial struct C { [CgrMember(\"X\", «Format = CgrFormat.Nanoseconds»)] public long X { get; init; } }" },
        { "HP0007", "[CgrReply] public partial struct C { [CgrMember(\"X\", «Format = CgrFormat.Seconds»)] public System.DateTimeOffset? X { get; init; } }" },
        { "HP0007", "[CgrReply] public partial struct C { [«CgrMember(\"X\")»] public CgrDuration X { get; init; } }" },
        { "HP0007", "[CgrReply] public partial struct C { [CgrMember(\"X\", «Format = (CgrFormat)77»)] public string? X { get; init; } }" },
        { "HP0008", "[CgrReply] public partial struct C { [CgrMember(«\"\"»)] public bool X { get; init; } }" },
        { "HP0008", "[CgrReply] public partial struct C { [CgrMember(«\"a\\\"b\"»)] public bool X { get; init; } }" },
        { "HP0008", "[CgrReply] public partial struct C { [CgrMember(«\"Größe\"»)] public bool X { get; init; } }" },
        { "HP0008", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(R), «EventName = \"\\\\\"»)] public partial struct C;" },
        { "HP0009", "[CgrReply] public partial struct C { [CgrMember(\"X\")] public bool X { get; init; } [CgrMember(«\"x\"»)] public bool Y { get; init; } }" },
        { "HP0009", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct C { [CgrMember(«\"Event\"»)] public bool X { get; init; } }" },
        { "HP0010", "[CgrReply] public partial struct C { [CgrMember(\"X\")] public bool «X» { get; } }" },
        { "HP0010", "[CgrReply] public partial struct C { [CgrMember(\"X\")] public static bool «X» { get; set; } }" },
        { "HP0011", "[CgrReply] public partial struct C { [CgrField(\"X\")] public bool «X» { get; init; } }" },
        { "HP0012", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct C { [CgrMember(\"X\", «Required = true»)] public bool X { get; init; } }" },
        { "HP0012", "[CgrReply] public partial struct C { [CgrMember(\"X\", «Required = true»)] public long? X { get; init; } }" },
        { "HP0013", "[CgrReply(«Text = \"OK\"»)] public partial struct C { [CgrMember(\"X\")] public bool X { get; init; } }" },
        { "HP0013", "[CgrReply(«Text = \"O\\nK\"»)] public partial struct C;" },
        { "HP0014", "public struct C { [CgrMember(\"X\")] public bool «X» { get; init; } }" },
        { "HP0015", "[CgrReply, CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct «C»;" },
        { "HP0003", "[CgrCommand(\"A.B\", «Compat = \"B\"», Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct C;" },
        { "HP0007", "[CgrReply] public partial struct C { [CgrMember(\"X\", Format = CgrFormat.Seconds, «CompatFormat = CgrFormat.Number»)] public CgrDuration? X { get; init; } }" },
        { "HP0009", "[CgrCommand(\"A.B\", Compat = \"C.B\", Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct C { [CgrMember(\"X\")] public bool X { get; init; } [CgrField(«\"X\"»)] public bool Y { get; init; } }" },
        { "HP0006", "[CgrReply] public partial struct C { [CgrMember(\"X\")] public System.Collections.Generic.List<string>? «X» { get; init; } }" },
        { "HP0006", "[CgrReply] public partial struct C { [CgrMember(\"X\")] public long[]? «X» { get; init; } }" },
        { "HP0006", "public struct O; [CgrReply] public partial struct C { [CgrMember(\"X\")] public O? «X» { get; init; } }" },
        { "HP0006", "[CgrObject] public partial struct C { [CgrMember(\"X\")] public CgrText «X» { get => default; init { } } }" },
        { "HP0007", "[CgrReply] public partial struct C { [CgrMember(\"X\", «Format = CgrFormat.RawJson»)] public decimal? X { get; init; } }" },
        { "HP0011", "[CgrObject] public partial struct C { [CgrField(\"X\")] public bool «X» { get; init; } }" },
        { "HP0015", "[CgrObject, CgrReply] public partial struct «C»;" },
        { "HP0015", "[CgrObject, CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct «C»;" },
        { "HP0016", "[CgrObject] public ref partial struct «C»;" },
        { "HP0016", "[CgrReply] public ref partial struct «C»;" },
        { "HP0017", "[CgrObject] public partial struct C { [CgrMember(\"X\", «Compat = CgrCompat.WholeResult»)] public long X { get; init; } }" },
        { "HP0018", "[CgrReply] public partial struct C { [CgrResult] public long «X» { get; init; } [CgrMember(\"Y\")] public long Y { get; init; } }" },
        { "HP0018", "[CgrObject] public partial struct C { [CgrResult] public long «X» { get; init; } }" },
        { "HP0018", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct C { [CgrResult] public long «X» { get; init; } }" },
        { "HP0017", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct C { [CgrMember(\"X\", «Compat = CgrCompat.Implied»)] public bool X { get; init; } }" },
        { "HP0017", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct C { [CgrMember(\"X\", «CompatFormat = CgrFormat.Number»)] public bool X { get; init; } }" },
        { "HP0017", "[CgrCommand(\"A.B\", Compat = \"C.B\", Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct C { [CgrMember(\"X\", «Compat = CgrCompat.Implied»)] public bool? X { get; init; } }" },
        { "HP0017", "[CgrCommand(\"A.B\", Compat = \"C.B\", Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct C { [CgrMember(\"X\", «Compat = CgrCompat.WholeResult»)] public long X { get; init; } }" },
        { "HP0017", "[CgrReply] public partial struct C { [CgrMember(\"X\", «Compat = CgrCompat.Implied»)] public bool X { get; init; } }" },
        { "HP0017", "[CgrReply] public partial struct C { [CgrMember(\"X\", Compat = CgrCompat.WholeResult)] public long X { get; init; } [CgrMember(\"Y\", «Compat = CgrCompat.WholeResult»)] public long Y { get; init; } }" },
        { "HP0017", "[CgrReply] public partial struct C { [CgrMember(\"X\", «Compat = (CgrCompat)9»)] public long X { get; init; } }" },
        { "HP0006", "[CgrReply] public partial struct C { [CgrMember] public CgrVariables? «X» { get; init; } }" },
        { "HP0008", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct C { [«CgrMember»] public bool X { get; init; } }" },
        { "HP0021", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct C { [CgrMember(«\"X\"»)] public CgrVariables? X { get; init; } }" },
        { "HP0021", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct C { [CgrField(«Required = true»)] public CgrVariables? X { get; init; } }" },
        { "HP0021", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct C { [CgrField] public CgrVariables? X { get; init; } [«CgrField»] public CgrVariables? Y { get; init; } }" },
        { "HP0022", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct C { [CgrMember(\"X\", «Yields = true»)] public bool X { get; init; } [CgrField] public CgrVariables? Y { get; init; } }" },
        { "HP0022", "[CgrReply] public partial struct C { [CgrMember(\"X\", «Yields = true»)] public bool X { get; init; } }" },
        { "HP0005", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, «Reply = typeof(R?)»)] public partial struct C;" },
        { "HP0006", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(R))] public ref partial struct C { [CgrMember(\"X\")] public CgrText? «X» { get => default; init { } } }" },
        { "HP0006", "[CgrReply] public partial struct C { [CgrMember(\"X\")] public string?[]? «X» { get; init; } }" },
        { "HP0006", "[CgrReply] public partial struct C { [CgrMember(\"X\")] public System.TimeSpan «X» { get; init; } }" },
        { "HP0008", "[CgrReply] public partial struct C { [CgrMember(«\"X \"»)] public bool X { get; init; } }" },
        { "HP0008", "[CgrReply] public partial struct C { [CgrMember(«\"\\ud800\"»)] public bool X { get; init; } }" },
        { "HP0008", "[CgrReply] public partial struct C { [CgrMember(«null!»)] public bool X { get; init; } }" },
        { "HP0009", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(R), «EventName = \"CGREvent\"»)] public partial struct C { [CgrField(\"X\")] public bool X { get; init; } }" },
        { "HP0010", "interface I { bool X { get; set; } } [CgrReply] public partial struct C : I { [CgrMember(\"X\")] bool I.«X» { get => true; set { } } }" },
        { "HP0010", "[CgrReply] public partial struct C { [CgrMember(\"X\")] public bool «this»[int index] { get => true; set { } } }" },
        { "HP0010", "[CgrReply] public partial struct C { [CgrMember(\"X\"), System.Obsolete(\"No.\", true)] public bool «X» { get; init; } }" },
        { "HP0012", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(R))] public ref partial struct C { public C() { } [CgrField(\"X\", «Required = true»)] public CgrText X { get; init; } = \"x\"; }" },
        { "HP0019", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct C { [CgrMember(\"X\")] public bool «Encode» { get; init; } }" },
        { "HP0019", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct C { public int «Repeat»; }" },
        { "HP0019", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct C { private class «WriteTo»; }" },
        { "HP0019", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct C { [CgrField] public CgrVariables? «HiddenVariables» { get; init; } }" },
        { "HP0019", "[CgrCommand(\"A.B\", Compat = \"C.B\", Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct C { [CgrMember(\"X\")] public bool «EncodePreRc8To» { get; init; } }" },
        { "HP0019", "[CgrReply] public partial struct C { [CgrMember(\"X\")] public bool «TryRead» { get; init; } }" },
        { "HP0019", "[CgrObject] public partial struct C { [CgrMember(\"X\")] public bool «Read» { get; init; } }" },
        { "HP0020", "[CgrReply] file partial struct «C»;" },
        { "HP0020", "file partial class «Outer» { [CgrReply] public partial struct C; }" },
        { "HP0023", "[CgrReply] public partial struct C { public required int «Y» { get; init; } }" },
        { "HP0023", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct C { public required int «Y»; }" },
        { "HP0023", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct C { [CgrField] public required CgrVariables? «X» { get; init; } }" },
        { "HP0023", "[CgrReply] public partial struct C { [CgrMember(\"X\", Compat = CgrCompat.WholeResult)] public long X { get; init; } [CgrMember(\"Y\")] public required long «Y» { get; init; } }" },
        { "HP0024", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct B; [CgrCommand(«\"A.B\"», Repeat = RepeatClass.Never, Reply = typeof(R))] public partial struct C;" },
        { "HP0024", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct B; [CgrCommand(\"Z.Z\", «Aliases = [\"A.B\"]», Repeat = RepeatClass.Never, Reply = typeof(R))] public partial struct C;" },
        { "HP0025", "[CgrCommand(\"A.B\", «Compat = \"A.B\"», Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct C;" },
        { "HP0025", "[CgrCommand(\"A.B\", «Aliases = [\"A.B\"]», Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct C;" },
        { "HP0025", "[CgrCommand(\"A.B\", «Aliases = [\"A.C\", \"A.C\"]», Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct C;" },
        { "HP0025", "[CgrCommand(\"A.B\", Compat = \"C.B\", «Aliases = [\"C.B\"]», Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct C;" },
        { "HP0026", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct C { [CgrMember(\"X\"), «CgrField(\"X\")»] public bool X { get; init; } }" },
        { "HP0026", "[CgrReply] public partial struct C { [CgrMember(\"X\"), «CgrResult»] public bool X { get; init; } }" },
        { "HP0027", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(R), «EventName = \"Args\"»)] public partial struct C { [CgrMember(\"X\")] public bool X { get; init; } }" },
        { "HP0027", "[CgrCommand(\"A.B\", Compat = \"C.B\", Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct C { [CgrMember(\"X\", Compat = CgrCompat.Implied, «CompatFormat = CgrFormat.Number»)] public bool X { get; init; } }" },
        { "HP0028", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct «C» { [CgrField(\"X\")] public CgrText X { get; init; } }" },
        { "HP0029", "[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(R))] public partial struct C { public C() { } [CgrMember(\"X\")] public bool «X» { get; init; } = true; }" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_mistake_is_told_where_it_is(string id, string marked)
    {
        string source = $"using HotPath.Commands;\nnamespace Consumer;\n{Reply}\n{marked}\n";
        int start = source.IndexOf('«');
        int end = source.IndexOf('»') - 1;
        CSharpCompilation compilation = SchemaCompilation.Create(source.Replace("«", "").Replace("»", ""));

        Diagnostic diagnostic = Assert.Single(await SchemaCompilation.AnalyzeAsync(compilation));
        Assert.Equal(id, diagnostic.Id);
        Assert.Equal(start, diagnostic.Location.SourceSpan.Start);
        Assert.Equal(end, diagnostic.Location.SourceSpan.End);
        Assert.Equal(diagnostic.Descriptor.DefaultSeverity, diagnostic.Severity);

        // A warning keeps nothing back. What is generated beside a mistake compiles.
        GeneratorDriver driver = SchemaCompilation.CreateDriver().RunGeneratorsAndUpdateCompilation(compilation, out Compilation generated, out ImmutableArray<Diagnostic> failures);
        Assert.Empty(failures);
        Assert.Equal(
            diagnostic.Severity == DiagnosticSeverity.Warning,
            driver.GetRunResult().GeneratedTrees.Any(tree => tree.FilePath.EndsWith("Consumer.C.g.cs", StringComparison.Ordinal)));
        Assert.Empty(ProblemsOfGenerated(generated));
    }

    /// <summary>What is wrong with a reply or object is told there. Nothing is written that would not compile without it.</summary>
    [Theory]
    [InlineData("[CgrReply] public struct B;", "HP0001")]
    [InlineData("[CgrReply] public ref partial struct B;", "HP0016")]
    [InlineData("[CgrReply] public partial struct B { [CgrMember(\"X\")] public object? X { get; init; } }", "HP0006")]
    [InlineData("[CgrReply] public partial struct B { [CgrMember(\"X\")] public O? X { get; init; } } [CgrObject] public struct O;", "HP0001")]
    [InlineData("[CgrReply] public partial struct B { [CgrMember(\"X\")] public O[]? X { get; init; } } [CgrObject] public partial struct O { [CgrMember(\"\")] public O[]? X { get; init; } }", "HP0008")]
    public async Task A_command_waits_for_what_it_is_made_of(string part, string id)
    {
        CSharpCompilation compilation = SchemaCompilation.Create(
            $"using HotPath.Commands; namespace Consumer; {part} [CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(B))] public partial struct C;");
        Assert.Equal(id, Assert.Single(await SchemaCompilation.AnalyzeAsync(compilation)).Id);
        SchemaCompilation.CreateDriver().RunGeneratorsAndUpdateCompilation(compilation, out Compilation generated, out ImmutableArray<Diagnostic> failures);
        Assert.Empty(failures);
        Assert.Empty(ProblemsOfGenerated(generated));
    }

    [Fact]
    public async Task An_old_language_is_told()
    {
        CSharpCompilation compilation = SchemaCompilation.Create("using HotPath.Commands; [CgrReply] public partial struct C { }");
        compilation = compilation.ReplaceSyntaxTree(
            compilation.SyntaxTrees[0],
            CSharpSyntaxTree.ParseText(compilation.SyntaxTrees[0].GetText(), new CSharpParseOptions(LanguageVersion.CSharp12)));
        Diagnostic diagnostic = Assert.Single(await SchemaCompilation.AnalyzeAsync(compilation));
        Assert.Equal(("HP0030", "'C' is compiled as C# 12.0; set LangVersion to 13 or later"), (diagnostic.Id, diagnostic.GetMessage()));
    }

    /// <summary>What the compiler refuses by itself, it refuses in the user's own text.</summary>
    [Theory]
    [InlineData("[CgrReply] public partial class C { }")]
    [InlineData("[CgrReply] public partial struct C { [CgrMember(\"X\")] public bool X; }")]
    [InlineData("[CgrReply] public partial struct C; [CgrReply] partial struct C { }")]
    [InlineData("[CgrReply] public partial struct C { [CgrMember(\"X\"), CgrMember(\"Y\")] public bool X { get; init; } }")]
    [InlineData("[CgrReply] public readonly partial struct C { [CgrMember(\"X\")] public bool X { get; set; } }")]
    [InlineData("[CgrReply] public partial struct C { [CgrMember(\"X\")] public bool C { get; init; } }")]
    [InlineData("[CgrObject] public partial struct C { [CgrMember(\"X\")] public C? X { get; init; } }")]
    [InlineData("[CgrCommand(\"A.B\", Repeat = RepeatClass.Safe, Reply = typeof(Missing))] public partial struct C;")]
    [InlineData("sealed class MineAttribute() : CgrMemberAttribute(\"X\");")]
    [InlineData("[CgrReply] public partial struct")]
    [InlineData("[CgrReply] public partial struct { }")]
    [InlineData("[CgrReply] public partial struct C { [CgrMember(\"X\")] public bool { get; init; } }")]
    [InlineData("[CgrReply] public partial struct C { [CgrMember(\"X\")] public bool X { get; } = }")]
    [InlineData("[CgrReply] public partial struct C { [CgrMember(\"X\", Format = )] public bool X { get; init; } }")]
    [InlineData("[CgrReply(] public partial struct C { [CgrMember(] public bool X { get; init; } }")]
    [InlineData("[CgrCommand] public partial struct C;")]
    [InlineData("[CgrCommand(Repeat = , Reply = typeof())] public partial struct C;")]
    [InlineData("[CgrCommand(1, Aliases = [2], Compat = 3, EventName = 4)] public partial struct C;")]
    [InlineData("[CgrReply] public partial struct C { [CgrMember(1, Compat = \"x\", Required = 2, Yields = null)] public bool X { get; init; } }")]
    public void What_the_compiler_says_is_said_of_the_declaration(string declaration)
    {
        SchemaCompilation.CreateDriver().RunGeneratorsAndUpdateCompilation(
            SchemaCompilation.Create($"using HotPath.Commands; namespace Consumer; {declaration}"), out Compilation generated, out ImmutableArray<Diagnostic> failures);
        Assert.Empty(failures);
        Assert.Empty(ProblemsOfGenerated(generated));
        Assert.Contains(generated.GetDiagnostics(), diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
    }

    /// <summary>An editor has both look at every half of a declaration.</summary>
    [Fact]
    public async Task A_declaration_may_be_typed_letter_by_letter()
    {
        for (int length = 1; length < SampleDeclarations.Source.Length; length += 97)
        {
            CSharpCompilation compilation = SchemaCompilation.Create(SampleDeclarations.Source[..length]);
            Assert.DoesNotContain(await SchemaCompilation.AnalyzeAsync(compilation), diagnostic => diagnostic.Id == "AD0001");
            Assert.Empty(SchemaCompilation.CreateDriver().RunGenerators(compilation, TestContext.Current.CancellationToken).GetRunResult().Diagnostics);
        }
    }

    [Fact]
    public async Task Several_mistakes_are_all_told()
    {
        Diagnostic[] diagnostics = await SchemaCompilation.AnalyzeAsync(SchemaCompilation.Create(
            "using HotPath.Commands; [CgrCommand(\"\")] struct C { [CgrMember(\"\")] public object? X { get; } }"));
        Assert.Equal(["HP0001", "HP0003", "HP0004", "HP0005", "HP0006", "HP0008", "HP0010"], diagnostics.Select(each => each.Id).Order());
    }

    [Fact]
    public async Task A_right_declaration_gets_no_diagnostic() =>
        Assert.Empty(await SchemaCompilation.AnalyzeAsync(SchemaCompilation.Create(SampleDeclarations.Source)));

    [Fact]
    public void Every_diagnostic_is_tested_and_has_a_page()
    {
        string index = File.ReadAllText(Path.Combine(SchemaCompilation.RepositoryRoot, "docs", "diagnostics", "README.md"));
        foreach (DiagnosticDescriptor descriptor in new SchemaAnalyzer().SupportedDiagnostics)
        {
            Assert.Contains(descriptor.Id, Mistakes.Select(mistake => mistake.Data.Item1).Append("HP0030"));
            string page = File.ReadAllText(Path.Combine(SchemaCompilation.RepositoryRoot, descriptor.HelpLinkUri));
            Assert.StartsWith($"# {descriptor.Id}: {descriptor.Title}\n", page);
            Assert.Contains($"| [{descriptor.Id}]({descriptor.Id}.md) | {descriptor.Title} | {descriptor.DefaultSeverity.ToString().ToLowerInvariant()} | ", index);
        }
    }

    private static IEnumerable<Diagnostic> ProblemsOfGenerated(Compilation generated) => generated.GetDiagnostics().Where(diagnostic =>
        diagnostic.Severity >= DiagnosticSeverity.Warning && diagnostic.Location.SourceTree?.FilePath.EndsWith(".g.cs", StringComparison.Ordinal) == true);
}
