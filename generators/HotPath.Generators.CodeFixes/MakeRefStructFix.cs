using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HotPath.Generators;

/// <summary>HP0028: makes the command a <c>ref struct</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class MakeRefStructFix : SyntaxFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["HP0028"];

    private protected override IEnumerable<Proposal> Propose(Diagnostic diagnostic, SyntaxNode place)
    {
        if (place.FirstAncestorOrSelf<StructDeclarationSyntax>() is { } declaration)
        {
            yield return new Proposal("Make it a ref struct", declaration, Modifiers.Add(declaration, SyntaxKind.RefKeyword));
        }
    }
}
