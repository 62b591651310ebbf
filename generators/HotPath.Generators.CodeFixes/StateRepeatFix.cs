using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HotPath.Generators;

/// <summary>HP0004: offers each answer to what repeating the command means.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class StateRepeatFix : SyntaxFix
{
    private static readonly (string Name, string Meaning)[] s_classes =
    [
        ("Never", "each one charges or changes something"),
        ("Safe", "it changes nothing"),
        ("SameEngine", "EXISTS means accepted"),
        ("AfterQuery", "the engine is asked first"),
        ("SameEngineDedup", "EXISTS means delivered"),
    ];

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["HP0004"];

    private protected override IEnumerable<Proposal> Propose(Diagnostic diagnostic, SyntaxNode place) =>
        place.FirstAncestorOrSelf<AttributeSyntax>() is { } attribute
            ? s_classes.Select(each => new Proposal(
                $"Repeat = RepeatClass.{each.Name} ({each.Meaning})", attribute, AttributeArguments.Set(attribute, "Repeat", "RepeatClass." + each.Name)))
            : [];
}
