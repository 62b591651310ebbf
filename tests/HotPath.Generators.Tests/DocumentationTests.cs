using Microsoft.CodeAnalysis.CSharp;

namespace HotPath.Generators.Tests;

/// <summary>Guards: the code shown in the documentation compiles as it stands there.</summary>
public sealed class DocumentationTests
{
    [Theory]
    [InlineData("add-a-command.md", 3)]
    [InlineData("variables.md", 1)]
    public async Task The_code_of_a_page_compiles(string name, int count)
    {
        string page = File.ReadAllText(Path.Combine(SchemaCompilation.RepositoryRoot, "docs", name));
        string[] blocks = [.. page.Split("```csharp\n").Skip(1).Select(block => block[..block.IndexOf("```", StringComparison.Ordinal)])];
        Assert.Equal(count, blocks.Length);

        CSharpCompilation compilation = SchemaCompilation.Create(blocks);
        Assert.Empty(await SchemaCompilation.AnalyzeAsync(compilation));
        SchemaCompilation.Generate(compilation);
    }
}
