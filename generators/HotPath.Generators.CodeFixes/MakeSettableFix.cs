using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HotPath.Generators;

/// <summary>HP0010: gives a property that can only be read an <c>init</c> accessor, and one of the type to the instance.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class MakeSettableFix : SyntaxFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["HP0010"];

    private protected override IEnumerable<Proposal> Propose(Diagnostic diagnostic, SyntaxNode place)
    {
        if (place.FirstAncestorOrSelf<PropertyDeclarationSyntax>() is not { } property)
        {
            yield break;
        }

        if (property.Modifiers.FirstOrDefault(modifier => modifier.IsKind(SyntaxKind.StaticKeyword)) is { RawKind: not 0 } modifier)
        {
            yield return new Proposal("Remove static", property, Modifiers.Remove(property, modifier));
        }
        else if (property.AccessorList is { Accessors.Count: 1 } accessors && accessors.Accessors[0] is { RawKind: (int)SyntaxKind.GetAccessorDeclaration, Body: null, ExpressionBody: null } getter)
        {
            AccessorDeclarationSyntax init = SyntaxFactory.AccessorDeclaration(SyntaxKind.InitAccessorDeclaration)
                .WithSemicolonToken(SyntaxFactory.Token(SyntaxKind.SemicolonToken))
                .WithTrailingTrivia(getter.GetTrailingTrivia());
            AccessorListSyntax both = accessors.WithAccessors([getter.WithTrailingTrivia(SyntaxFactory.Space), init]);
            yield return new Proposal("Add an init accessor", property, property.WithAccessorList(both));
        }
    }
}
