using Microsoft.CodeAnalysis.CSharp;

namespace HotPath.Generators.Tests;

/// <summary>Guards: whatever C# allows and no diagnostic forbids compiles without a warning, in a program of any style.</summary>
public sealed class UnusualDeclarationsTests
{
    private const string Command = "[CgrCommand(\"A.B\", Compat = \"C.B\", Repeat = RepeatClass.Safe, Reply = typeof(R))]";

    [Theory]
    [InlineData("[CgrReply] public partial struct @struct { [CgrMember(\"X\")] public bool @out { get; init; } }")]
    [InlineData("public partial class @class { [CgrReply] public partial struct C; }")]
    [InlineData("public partial interface Outer { [CgrReply] public partial struct C; }")]
    [InlineData("public partial record Outer { [CgrReply] private partial struct C; }")]
    [InlineData("public partial record struct Outer { public ref partial struct Inner { [CgrReply] internal partial struct C; } }")]
    [InlineData("[CgrReply] public partial struct Cd; [CgrReply] public partial struct cD; [CgrReply] public partial struct CD;")]
    [InlineData("[CgrReply] public partial struct Ähre { [CgrMember(\"X\")] public string? Ä { get; init; } [CgrMember(\"Y\")] public string? ä { get; init; } }")]
    [InlineData("[CgrReply] public partial struct C { [CgrMember(\"X\")] public int? Ab { get; init; } [CgrMember(\"Y\")] public int? ab { get; init; } [CgrMember(\"Z\")] public int? _ab { get; init; } }")]
    [InlineData("[CgrReply] public partial struct C { [CgrMember(\"X\")] public int? value { get; init; } [CgrMember(\"Y\")] public int? await { get; init; } [CgrMember(\"Z\")] public int? field { get; init; } }")]
    [InlineData("[CgrReply] public partial record struct C([property: CgrMember(\"X\")] bool X, [property: CgrMember(\"Y\")] string? Y);")]
    [InlineData("[CgrReply] public partial struct C { [CgrMember(\"X\")] public required string X { get; set; } [CgrMember(\"Y\")] private bool Y { get; set; } }")]
    [InlineData("[CgrReply] public partial struct C { [CgrMember(\"X\"), System.Obsolete(\"Old.\")] public bool X { get; init; } }")]
    [InlineData("[CgrReply] public partial struct C { [CgrMember(\"{X}'<%>\")] public bool X { get; init; } public void Encode2() { } }")]
    [InlineData(Command + " public partial struct C { [CgrMember(\"Options\")] public int? System { get; init; } [CgrField(\"Event\")] public int? HotPath { get; init; } [CgrField(\"CGREvent\")] public bool X { get; init; } }")]
    [InlineData(Command + " public ref partial struct C { [CgrMember(\"X\", Compat = CgrCompat.Implied)] public required bool X { get; init; } [CgrField(\"Y\")] public required CgrText Y { get; init; } }")]
    [InlineData(Command + " public partial struct C { private string _text; [CgrField(\"X\")] public CgrText X { get => _text; init => _text = value.ToString(); } }")]
    public async Task It_compiles(string declaration)
    {
        CSharpCompilation compilation = SchemaCompilation.Create($"using HotPath.Commands;\nnamespace Consumer;\n[CgrReply] public partial struct R;\n{declaration}");
        Assert.Empty(await SchemaCompilation.AnalyzeAsync(compilation));
        SchemaCompilation.Generate(compilation);
    }

    [Theory]
    [InlineData("#nullable disable\nusing HotPath.Commands; namespace Consumer; [CgrReply] public partial struct C { [CgrMember(\"X\")] public string X { get; init; } [CgrMember(\"Y\")] public string[] Y { get; init; } }")]
    [InlineData("using HotPath.Commands; [CgrReply] public partial struct C { [CgrMember(\"X\")] public bool X { get; init; } }")]
    [InlineData("namespace Shop.HotPath.Commands { using global::HotPath.Commands; [CgrReply] public partial struct C { [CgrMember(\"X\")] public bool X { get; init; } } }")]
    [InlineData("namespace Shop.System { using global::HotPath.Commands; [CgrReply] public partial struct C { [CgrMember(\"X\")] public bool X { get; init; } } }")]
    [InlineData("using HotPath.Commands; namespace @event { [CgrReply] public partial struct C; } namespace Event { [CgrReply] public partial struct C; }")]
    [InlineData("using HotPath.Commands; [assembly: System.CLSCompliant(true)] namespace Consumer { [CgrReply, System.CLSCompliant(false)] public partial struct C { [CgrMember(\"X\")] public bool X { get; init; } } }")]
    public async Task A_file_of_any_style_compiles(string source)
    {
        CSharpCompilation compilation = SchemaCompilation.Create(source);
        Assert.Empty(await SchemaCompilation.AnalyzeAsync(compilation));
        SchemaCompilation.Generate(compilation);
    }
}
