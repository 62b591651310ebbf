using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HotPath.Generators;

/// <summary>HP0004: offers each answer to what repeating the command means.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class StateRepeatFix : CodeFixProvider
{
    private static readonly (string Name, string Meaning)[] s_classes =
    [
        ("Never", "each one charges or changes something"),
        ("Safe", "it changes nothing"),
        ("SameEngine", "EXISTS means accepted"),
        ("AfterQuery", "the engine is asked first"),
        ("SameEngineDedup", "EXISTS means delivered"),
    ];

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["HP0004"];

    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode? root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        if (root?.FindNode(context.Span).FirstAncestorOrSelf<AttributeSyntax>() is not { } attribute)
        {
            return;
        }

        foreach ((string name, string meaning) in s_classes)
        {
            context.RegisterCodeFix(
                CodeAction.Create(
                    $"Repeat = RepeatClass.{name} ({meaning})",
                    _ => Task.FromResult(context.Document.WithSyntaxRoot(root.ReplaceNode(attribute, SetRepeat(attribute, name)))),
                    equivalenceKey: "HP0004." + name),
                context.Diagnostics);
        }
    }

    private static AttributeSyntax SetRepeat(AttributeSyntax attribute, string name)
    {
        AttributeArgumentSyntax repeat = SyntaxFactory
            .AttributeArgument(SyntaxFactory.ParseExpression("RepeatClass." + name))
            .WithNameEquals(SyntaxFactory.NameEquals("Repeat"))
            .NormalizeWhitespace();
        AttributeArgumentListSyntax list = attribute.ArgumentList ?? SyntaxFactory.AttributeArgumentList();
        if (list.Arguments.FirstOrDefault(argument => argument.NameEquals?.Name.Identifier.ValueText == "Repeat") is { } present)
        {
            return attribute.ReplaceNode(present, repeat.WithTriviaFrom(present));
        }

        // The method's name comes first; what is named follows it, on a line of its own where the next argument has one.
        int place = list.Arguments.TakeWhile(argument => argument.NameEquals is null).Count();
        List<AttributeArgumentSyntax> arguments = [.. list.Arguments];
        List<SyntaxToken> commas = [.. list.Arguments.GetSeparators()];
        if (place < arguments.Count)
        {
            repeat = repeat.WithLeadingTrivia(arguments[place].GetLeadingTrivia());
        }

        if (arguments.Count != 0)
        {
            SyntaxToken comma = SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space);
            commas.Insert(Math.Max(place - 1, 0), commas.Count != 0 ? commas[0] : comma);
        }

        arguments.Insert(place, repeat);
        return attribute.WithArgumentList(list.WithArguments(SyntaxFactory.SeparatedList(arguments, commas)));
    }
}
