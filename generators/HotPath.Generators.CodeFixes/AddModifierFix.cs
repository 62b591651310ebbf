using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HotPath.Generators;

/// <summary>HP0001 and HP0028: adds the modifier that the declaration must have.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class AddModifierFix : SyntaxFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["HP0001", "HP0028"];

    private protected override IEnumerable<Proposal> Propose(Diagnostic diagnostic, SyntaxNode place)
    {
        if (place.FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } declaration)
        {
            yield return diagnostic.Id == "HP0001"
                ? new Proposal("Declare it partial", declaration, Modifiers.Add(declaration, SyntaxKind.PartialKeyword))
                : new Proposal("Make it a ref struct", declaration, Modifiers.Add(declaration, SyntaxKind.RefKeyword));
        }
    }
}
