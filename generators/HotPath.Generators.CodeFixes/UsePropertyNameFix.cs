using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HotPath.Generators;

/// <summary>HP0008 and HP0009: the property's name as wire name, where no other member has it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class UsePropertyNameFix : SyntaxFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["HP0008", "HP0009"];

    private protected override IEnumerable<Proposal> Propose(Diagnostic diagnostic, SyntaxNode place)
    {
        if (place.FirstAncestorOrSelf<AttributeSyntax>() is not { Parent.Parent: PropertyDeclarationSyntax { Parent: TypeDeclarationSyntax type } property } attribute)
        {
            yield break;
        }

        string name = property.Identifier.ValueText;
        bool isTaken = type.DescendantNodes().OfType<LiteralExpressionSyntax>().Any(each => name.Equals(each.Token.Value as string, StringComparison.OrdinalIgnoreCase));
        if (!isTaken && name.All(character => character < 128))
        {
            yield return new Proposal($"Name it {name}", attribute, AttributeArguments.SetWireName(attribute, name));
        }
    }
}
