using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HotPath.Generators;

/// <summary>Takes an argument away that cannot stand where it does.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class RemoveArgumentFix : SyntaxFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["HP0012", "HP0013", "HP0017", "HP0021", "HP0022", "HP0025", "HP0027"];

    private protected override IEnumerable<Proposal> Propose(Diagnostic diagnostic, SyntaxNode place)
    {
        if (place.FirstAncestorOrSelf<AttributeArgumentSyntax>() is { Parent.Parent: AttributeSyntax attribute } argument)
        {
            string name = argument.NameEquals?.Name.Identifier.ValueText ?? "the name";
            yield return new Proposal($"Leave {name} out", attribute, AttributeArguments.Remove(attribute, argument));
        }
    }
}
