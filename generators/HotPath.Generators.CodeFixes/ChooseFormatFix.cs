using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HotPath.Generators;

/// <summary>HP0007: offers each format that the member's type has.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class ChooseFormatFix : SyntaxFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["HP0007"];

    private protected override IEnumerable<Proposal> Propose(Diagnostic diagnostic, SyntaxNode place)
    {
        if (place.FirstAncestorOrSelf<AttributeSyntax>() is not { } attribute
            || !diagnostic.Properties.TryGetValue("Argument", out string? argument)
            || !diagnostic.Properties.TryGetValue("Formats", out string? formats))
        {
            yield break;
        }

        foreach (string format in formats!.Split(','))
        {
            if (format != "Default")
            {
                yield return new Proposal($"{argument} = CgrFormat.{format}", attribute, AttributeArguments.Set(attribute, argument!, "CgrFormat." + format));
            }
            else if (place.FirstAncestorOrSelf<AttributeArgumentSyntax>() is { } stated)
            {
                yield return new Proposal($"Leave {argument} out", attribute, AttributeArguments.Remove(attribute, stated));
            }
        }
    }
}
