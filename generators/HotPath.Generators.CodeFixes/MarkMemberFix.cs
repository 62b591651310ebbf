using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HotPath.Generators;

/// <summary>HP0011: what is not a command has members only.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class MarkMemberFix : SyntaxFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["HP0011"];

    private protected override IEnumerable<Proposal> Propose(Diagnostic diagnostic, SyntaxNode place)
    {
        AttributeSyntax? attribute = place.FirstAncestorOrSelf<PropertyDeclarationSyntax>()?.AttributeLists
            .SelectMany(list => list.Attributes)
            .FirstOrDefault(each => each.Name.ToString() is "CgrField" or "CgrFieldAttribute");
        if (attribute is not null)
        {
            yield return new Proposal("Mark it [CgrMember]", attribute.Name, SyntaxFactory.IdentifierName("CgrMember").WithTriviaFrom(attribute.Name));
        }
    }
}
