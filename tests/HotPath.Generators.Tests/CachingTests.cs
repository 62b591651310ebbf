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

    [Theory]
    [InlineData("")]
    [InlineData("namespace Consumer; public static class Program { public static int Answer => 42; public static int Question(int x) => x; }")]
    [InlineData("namespace Consumer; public static class Program { public static int Answer => 4")]
    [InlineData("namespace Consumer.Billing; public interface IUnrelated; public class Other { [System.Obsolete] public int Answer { get; init; } }")]
    [InlineData("using HotPath.Commands; namespace Other; public class Client { public CgrText Make() => new Consumer.Billing.DoThing { Account = \"1001\" }.Account; }")]
    public void Whatever_an_edit_in_another_file_does_nothing_is_written_again(string newUnrelated) =>
        AssertOnlyCached(Edit(SampleDeclarations.Source, Unrelated, newUnrelated: newUnrelated));

    /// <summary>The declarations are looked at again, and say the same.</summary>
    [Theory]
    [InlineData("namespace Consumer.Billing;", "// A remark.\nnamespace Consumer.Billing;")]
    [InlineData("namespace Consumer.Billing;", "namespace Consumer.Billing;\npublic static class Helper { public static int Twice(int x) => x + x; }")]
    [InlineData("public DoThing() { }", "public DoThing() { System.Console.WriteLine(1); }")]
    [InlineData("public DoThing() { }", "public DoThing() { }\n    public override string ToString() => Account.ToString();")]
    [InlineData("[CgrMember(\"DryRun\")] public bool DryRun { get; init; }", "/// <summary>Try only.</summary>\n    [CgrMember(\"Dry\" + \"Run\")]\n    public bool DryRun { get; init; }")]
    public void An_edit_beside_the_declarations_changes_no_model(string old, string @new)
    {
        Assert.Contains(old, SampleDeclarations.Source);
        AssertOnlyCached(Edit(SampleDeclarations.Source, Unrelated, newSource: SampleDeclarations.Source.Replace(old, @new)));
    }

    [Fact]
    public void A_new_file_and_a_lost_one_run_nothing_again()
    {
        CSharpCompilation before = SchemaCompilation.Create(SampleDeclarations.Source, Unrelated);
        CSharpCompilation more = before.AddSyntaxTrees(CSharpSyntaxTree.ParseText("namespace Consumer; public class More;", SchemaCompilation.ParseOptions, "More.cs"));
        CSharpCompilation less = before.RemoveSyntaxTrees(before.SyntaxTrees[1]);
        GeneratorDriver driver = SchemaCompilation.CreateDriver().RunGenerators(before, TestContext.Current.CancellationToken);
        foreach (CSharpCompilation after in (ReadOnlySpan<CSharpCompilation>)[more, less])
        {
            AssertOnlyCached(driver.RunGenerators(after, TestContext.Current.CancellationToken).GetRunResult().Results[0]);
        }
    }

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
