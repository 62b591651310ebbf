using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HotPath.Generators;

/// <summary>HP0016, HP0020 and HP0023: takes the modifier away that the declaration must not have.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class RemoveModifierFix : SyntaxFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["HP0016", "HP0020", "HP0023"];

    private protected override IEnumerable<Proposal> Propose(Diagnostic diagnostic, SyntaxNode place)
    {
        SyntaxKind kind = diagnostic.Id switch
        {
            "HP0016" => SyntaxKind.RefKeyword,
            "HP0020" => SyntaxKind.FileKeyword,
            _ => SyntaxKind.RequiredKeyword,
        };
        if (place.FirstAncestorOrSelf<MemberDeclarationSyntax>() is { } declaration
            && declaration.Modifiers.FirstOrDefault(modifier => modifier.IsKind(kind)) is { RawKind: not 0 } modifier)
        {
            yield return new Proposal($"Remove {modifier.Text}", declaration, Modifiers.Remove(declaration, modifier));
        }
    }
}
