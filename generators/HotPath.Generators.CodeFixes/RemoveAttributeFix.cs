using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HotPath.Generators;

/// <summary>HP0026: leaves the first place of a member and takes the second away.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class RemoveAttributeFix : SyntaxFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["HP0026"];

    private protected override IEnumerable<Proposal> Propose(Diagnostic diagnostic, SyntaxNode place)
    {
        if (place.FirstAncestorOrSelf<AttributeSyntax>() is { Parent: AttributeListSyntax { Parent: PropertyDeclarationSyntax property } list } attribute)
        {
            PropertyDeclarationSyntax changed = list.Attributes.Count > 1
                ? property.ReplaceNode(list, list.WithAttributes(list.Attributes.Remove(attribute)))
                : property.WithAttributeLists(property.AttributeLists.Remove(list)).WithLeadingTrivia(property.GetLeadingTrivia());
            yield return new Proposal($"Remove [{attribute.Name}]", property, changed);
        }
    }
}
