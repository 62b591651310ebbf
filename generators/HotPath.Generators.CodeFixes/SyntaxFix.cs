using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace HotPath.Generators;

/// <summary>A fix that puts one piece of syntax in the place of another. All of a kind can be applied at once.</summary>
public abstract class SyntaxFix : CodeFixProvider
{
    /// <inheritdoc/>
    public sealed override FixAllProvider? GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        if (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root)
        {
            return;
        }

        foreach (Diagnostic diagnostic in context.Diagnostics)
        {
            SyntaxNode place = root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
            foreach (Proposal proposal in Propose(diagnostic, place))
            {
                context.RegisterCodeFix(
                    CodeAction.Create(
                        proposal.Title,
                        _ => Task.FromResult(context.Document.WithSyntaxRoot(root.ReplaceNode(proposal.Old, proposal.New))),
                        equivalenceKey: $"{diagnostic.Id}: {proposal.Title}"),
                    diagnostic);
            }
        }
    }

    /// <summary>What can be done about the diagnostic, whose place is that of a piece of syntax.</summary>
    private protected abstract IEnumerable<Proposal> Propose(Diagnostic diagnostic, SyntaxNode place);

    private protected readonly struct Proposal(string title, SyntaxNode old, SyntaxNode @new)
    {
        public string Title => title;

        public SyntaxNode Old => old;

        public SyntaxNode New => @new;
    }
}
