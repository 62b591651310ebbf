using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HotPath.Generators;

/// <summary>HP0005: states the reply that most commands have.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class StateReplyFix : SyntaxFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["HP0005"];

    private protected override IEnumerable<Proposal> Propose(Diagnostic diagnostic, SyntaxNode place)
    {
        if (place.FirstAncestorOrSelf<AttributeSyntax>() is { } attribute)
        {
            yield return new Proposal("Reply = typeof(OkReply) (\"OK\" and nothing else)", attribute, AttributeArguments.Set(attribute, "Reply", "typeof(OkReply)"));
        }
    }
}
