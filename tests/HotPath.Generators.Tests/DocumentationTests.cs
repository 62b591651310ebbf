using Microsoft.CodeAnalysis.CSharp;

namespace HotPath.Generators.Tests;

/// <summary>Guards: the code shown in the documentation compiles as it stands there.</summary>
public sealed class DocumentationTests
{
    [Fact]
    public async Task The_code_of_add_a_command_compiles()
    {
        string page = File.ReadAllText(Path.Combine(SchemaCompilation.RepositoryRoot, "docs", "add-a-command.md"));
        string[] blocks = [.. page.Split("```csharp\n").Skip(1).Select(block => block[..block.IndexOf("```", StringComparison.Ordinal)])];
        Assert.Equal(3, blocks.Length);

        CSharpCompilation compilation = SchemaCompilation.Create(blocks);
        Assert.Empty(await SchemaCompilation.AnalyzeAsync(compilation));
        SchemaCompilation.Generate(compilation);
    }
}
