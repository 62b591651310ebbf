using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace HotPath.Generators.Tests;

/// <summary>Guards: typing in an editor does not make the generator work. Only a change of a declaration's meaning writes its file again.</summary>
public sealed class CachingTests
{
    private const string Unrelated = "namespace Consumer; public static class Program { public static int Answer => 42; }";

    [Fact]
    public void An_edit_in_another_file_runs_nothing_again() =>
        AssertOnlyCached(Edit(SampleDeclarations.Source, Unrelated, newUnrelated: Unrelated.Replace("42", "43")));

    [Fact]
    public void A_comment_in_the_same_file_changes_no_model() =>
        AssertOnlyCached(Edit(SampleDeclarations.Source, Unrelated, newSource: "// A remark.\n" + SampleDeclarations.Source));

    [Fact]
    public void A_changed_declaration_writes_its_own_file_and_no_other()
    {
        GeneratorRunResult result = Edit(SampleDeclarations.Source, Unrelated, newSource: SampleDeclarations.Source.Replace("\"DryRun\"", "\"OnlyTry\""));

        Assert.Equal(1, Count(result, IncrementalStepRunReason.Modified));
        Assert.Single(result.GeneratedSources, source => source.SourceText.ToString().Contains("OnlyTry"));
    }

    [Fact]
    public void Models_hold_nothing_of_the_compilation()
    {
        foreach (object? model in StepOutputs(Edit(SampleDeclarations.Source, Unrelated)).Select(output => output.Value))
        {
            Assert.NotNull(model);
            Assert.Contains(model.GetType(), new[] { typeof(CommandSpec), typeof(ReplySpec), typeof(ObjectSpec) });
        }

        foreach (Type model in new[] { typeof(CommandSpec), typeof(ReplySpec), typeof(ObjectSpec), typeof(SchemaType), typeof(MemberSpec) })
        {
            Assert.DoesNotContain(model.GetProperties(), property =>
                typeof(ISymbol).IsAssignableFrom(property.PropertyType) || typeof(SyntaxNode).IsAssignableFrom(property.PropertyType) || property.PropertyType == typeof(Location));
        }
    }

    private static GeneratorRunResult Edit(string source, string unrelated, string? newSource = null, string? newUnrelated = null)
    {
        CSharpCompilation before = SchemaCompilation.Create(source, unrelated);
        CSharpCompilation after = Replace(Replace(before, 0, newSource), 1, newUnrelated);
        return SchemaCompilation.CreateDriver()
            .RunGenerators(before, TestContext.Current.CancellationToken)
            .RunGenerators(after, TestContext.Current.CancellationToken)
            .GetRunResult().Results[0];
    }

    private static CSharpCompilation Replace(CSharpCompilation compilation, int index, string? text)
    {
        SyntaxTree old = compilation.SyntaxTrees[index];
        return text is null ? compilation : compilation.ReplaceSyntaxTree(old, CSharpSyntaxTree.ParseText(text, SchemaCompilation.ParseOptions, old.FilePath));
    }

    private static void AssertOnlyCached(GeneratorRunResult result)
    {
        Assert.Equal(9, StepOutputs(result).Count());
        Assert.All(StepOutputs(result), output => Assert.True(
            output.Reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, output.Reason.ToString()));
        Assert.All(
            result.TrackedOutputSteps.SelectMany(step => step.Value).SelectMany(run => run.Outputs),
            output => Assert.Equal(IncrementalStepRunReason.Cached, output.Reason));
    }

    private static int Count(GeneratorRunResult result, IncrementalStepRunReason reason) => StepOutputs(result).Count(output => output.Reason == reason);

    private static IEnumerable<(object Value, IncrementalStepRunReason Reason)> StepOutputs(GeneratorRunResult result) =>
        new[] { SchemaGenerator.CommandsStep, SchemaGenerator.RepliesStep, SchemaGenerator.ObjectsStep }.SelectMany(step => result.TrackedSteps[step]).SelectMany(run => run.Outputs);
}
