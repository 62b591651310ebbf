using Microsoft.CodeAnalysis;

namespace HotPath.Generators.Tests;

/// <summary>
/// Guards: what the generator writes changes only when somebody means it to. Set <c>HOTPATH_WRITE_SNAPSHOTS=1</c> to rewrite the
/// expected files, and read the difference.
/// </summary>
public sealed class SnapshotTests
{
    [Fact]
    public void The_output_is_as_kept_in_the_repository()
    {
        string folder = Path.Combine(SchemaCompilation.RepositoryRoot, "tests", "HotPath.Generators.Tests", "Snapshots");
        GeneratorDriverRunResult result = SchemaCompilation.CreateDriver()
            .RunGenerators(SchemaCompilation.Create(SampleDeclarations.Source), TestContext.Current.CancellationToken)
            .GetRunResult();
        Dictionary<string, string> generated = result.GeneratedTrees.ToDictionary(tree => Path.GetFileName(tree.FilePath), tree => tree.ToString());

        if (Environment.GetEnvironmentVariable("HOTPATH_WRITE_SNAPSHOTS") == "1")
        {
            foreach ((string name, string text) in generated)
            {
                File.WriteAllText(Path.Combine(folder, name), text);
            }
        }

        Assert.Equal(Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)!).Order(), generated.Keys.Order());
        foreach ((string name, string text) in generated)
        {
            Assert.Equal(File.ReadAllText(Path.Combine(folder, name)), text);
        }
    }
}
