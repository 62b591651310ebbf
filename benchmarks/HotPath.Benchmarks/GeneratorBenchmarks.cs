using BenchmarkDotNet.Attributes;
using HotPath.Commands;
using HotPath.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace HotPath.Benchmarks;

/// <summary>
/// What does the generator add to the compilation of 500 commands, and to each key press in an editor? The yardstick is what the compiler
/// needs for the declarations alone. After an edit elsewhere the declarations are looked at again, as their symbols are new: what they say is
/// compared, and nothing is written. The yardstick of that is <see cref="CompilerBindsDeclarations"/>, which is in it.
/// </summary>
[MemoryDiagnoser]
public class GeneratorBenchmarks
{
    private const int Commands = 500;
    private const string Unrelated = "namespace Consumer; public static class Program { public static int Answer => 42; }";

    private static readonly MetadataReference[] s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Append(typeof(AuthorizeEvent).Assembly.Location)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private SyntaxTree[] _trees = [];
    private SyntaxTree[] _unrelatedEdited = [];
    private SyntaxTree[] _commandEdited = [];
    private GeneratorDriver _driver = CSharpGeneratorDriver.Create(new SchemaGenerator());

    /// <summary>A comparison of a generator that does not do its work would say nothing.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        _trees = [Parse(Unrelated), .. Enumerable.Range(0, Commands).Select(i => Parse(Command(i, "Tenant")))];
        _unrelatedEdited = [Parse(Unrelated.Replace("42", "43")), .. _trees[1..]];
        _commandEdited = [.. _trees[..^1], Parse(Command(Commands - 1, "Tenants"))];

        _driver = _driver.RunGenerators(Create(_trees));
        int generated = _driver.GetRunResult().GeneratedTrees.Length;
        if (generated != 2 * Commands || CompilerAlone() == 0 || Analyzer() != 0)
        {
            throw new InvalidOperationException($"{generated} files were generated for {Commands} commands and their replies.");
        }
    }

    [Benchmark(Baseline = true)]
    public long CompilerAlone()
    {
        using MemoryStream image = new();
        return Create(_trees).Emit(image).Success ? image.Length : 0;
    }

    [Benchmark]
    public GeneratorDriver Generator() => CSharpGeneratorDriver.Create(new SchemaGenerator()).RunGenerators(Create(_trees));

    [Benchmark]
    public GeneratorDriver GeneratorAfterAnEditElsewhere() => _driver.RunGenerators(Create(_unrelatedEdited));

    /// <summary>What nobody who looks at the declarations can do without: their attributes and types, after an edit elsewhere.</summary>
    [Benchmark]
    public int CompilerBindsDeclarations()
    {
        int arguments = 0;
        CSharpCompilation compilation = Create(_unrelatedEdited);
        foreach (INamedTypeSymbol type in compilation.Assembly.GlobalNamespace.GetNamespaceMembers().SelectMany(each => each.GetTypeMembers()))
        {
            arguments += type.GetAttributes().Sum(attribute => attribute.NamedArguments.Length);
            foreach (IPropertySymbol property in type.GetMembers().OfType<IPropertySymbol>())
            {
                arguments += property.Type.Name.Length + property.GetAttributes().Sum(attribute => attribute.NamedArguments.Length);
            }
        }

        return arguments;
    }

    [Benchmark]
    public GeneratorDriver GeneratorAfterAChangedCommand() => _driver.RunGenerators(Create(_commandEdited));

    [Benchmark]
    public int Analyzer() => Create(_trees).WithAnalyzers([new SchemaAnalyzer()]).GetAnalyzerDiagnosticsAsync().GetAwaiter().GetResult().Length;

    /// <summary>A new compilation each time: it keeps what it has found out.</summary>
    private static CSharpCompilation Create(SyntaxTree[] trees) => CSharpCompilation.Create(
        "Consumer", trees, s_references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    private static SyntaxTree Parse(string source) => CSharpSyntaxTree.ParseText(source);

    private static string Command(int number, string tenant) => $$"""
        using System;
        using HotPath.Commands;

        namespace Consumer;

        [CgrCommand("MyServiceV1.Command{{number}}", Repeat = RepeatClass.Safe, Reply = typeof(Reply{{number}}))]
        public readonly ref partial struct Command{{number}}
        {
            [CgrMember("GetMaxUsage")] public bool GetMaxUsage { get; init; }
            [CgrMember("{{tenant}}", Yields = true)] public CgrText Tenant { get; init; }
            [CgrMember] public CgrVariables? Options { get; init; }
            [CgrField("OriginID", Required = true)] public CgrText OriginId { get; init; }
            [CgrField("Account")] public CgrText Account { get; init; }
            [CgrField("Destination")] public CgrText Destination { get; init; }
            [CgrField("Priority")] public int? Priority { get; init; }
            [CgrField("SetupTime", Format = CgrFormat.UnixSeconds)] public DateTimeOffset? SetupTime { get; init; }
            [CgrField("Usage", Format = CgrFormat.SecondsText)] public CgrDuration? Usage { get; init; }
            [CgrField] public CgrVariables? Variables { get; init; }
        }

        [CgrReply]
        public readonly partial struct Reply{{number}}
        {
            [CgrMember("MaxUsage", Format = CgrFormat.Nanoseconds)] public CgrDuration? MaxUsage { get; init; }
            [CgrMember("Note")] public string? Note { get; init; }
        }
        """;
}
