using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HotPath.Generators;

/// <summary>HP0006 and HP0029: gives the member the type that holds the same values and can stand on the wire.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class ChangeTypeFix : SyntaxFix
{
    private static readonly Dictionary<string, string> s_types = new()
    {
        ["byte"] = "int",
        ["sbyte"] = "int",
        ["short"] = "int",
        ["ushort"] = "int",
        ["uint"] = "long",
        ["ulong"] = "long",
        ["float"] = "decimal",
        ["double"] = "decimal",
        ["TimeSpan"] = "CgrDuration",
        ["DateTime"] = "System.DateTimeOffset",
    };

    private static readonly HashSet<string> s_texts = ["CgrText", "char[]", "byte[]", "object", "dynamic", "ReadOnlySpan<byte>", "ReadOnlySpan<char>", "ReadOnlyMemory<byte>", "ReadOnlyMemory<char>", "Uri", "Guid"];

    private static readonly HashSet<string> s_lists = ["List", "IList", "IReadOnlyList", "IEnumerable", "ICollection", "IReadOnlyCollection", "ImmutableArray"];

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["HP0006", "HP0029"];

    private protected override IEnumerable<Proposal> Propose(Diagnostic diagnostic, SyntaxNode place)
    {
        if (place.FirstAncestorOrSelf<PropertyDeclarationSyntax>() is { } property
            && (diagnostic.Id == "HP0029" ? "bool?" : TypeFor(property)) is { } type)
        {
            yield return new Proposal($"Make it {type}", property, property.WithType(SyntaxFactory.ParseTypeName(type).WithTriviaFrom(property.Type)));
        }
    }

    private static string? TypeFor(PropertyDeclarationSyntax property)
    {
        TypeSyntax written = property.Type is NullableTypeSyntax nullable ? nullable.ElementType : property.Type;
        if (written is QualifiedNameSyntax qualified)
        {
            written = qualified.Right;
        }

        string mark = property.Type is NullableTypeSyntax ? "?" : "";
        if (written is GenericNameSyntax { TypeArgumentList.Arguments.Count: 1 } list && s_lists.Contains(list.Identifier.ValueText))
        {
            return $"{list.TypeArgumentList.Arguments[0]}[]{mark}";
        }

        string name = written.ToString();
        if (s_texts.Contains(name))
        {
            return property.Parent is TypeDeclarationSyntax type && type.Modifiers.Any(SyntaxKind.RefKeyword) ? "CgrText" : "string?";
        }

        return s_types.TryGetValue(name, out string? same) ? same + mark : null;
    }
}
