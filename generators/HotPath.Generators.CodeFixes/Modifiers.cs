using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HotPath.Generators;

/// <summary>Changes the modifiers of a declaration; what stands in front of it stays there.</summary>
internal static class Modifiers
{
    /// <summary>Adds a modifier at its place: <c>partial</c> stands last, the others before it.</summary>
    public static TypeDeclarationSyntax Add(TypeDeclarationSyntax declaration, SyntaxKind modifier)
    {
        int place = declaration.Modifiers.IndexOf(SyntaxKind.PartialKeyword);
        SyntaxToken next = place < 0 ? declaration.Keyword : declaration.Modifiers[place];
        SyntaxToken added = SyntaxFactory.Token(modifier).WithLeadingTrivia(next.LeadingTrivia).WithTrailingTrivia(SyntaxFactory.Space);
        TypeDeclarationSyntax changed = declaration.ReplaceToken(next, next.WithLeadingTrivia());
        return (TypeDeclarationSyntax)changed.WithModifiers(changed.Modifiers.Insert(place < 0 ? changed.Modifiers.Count : place, added));
    }

    /// <summary>Leaves a modifier out.</summary>
    public static MemberDeclarationSyntax Remove(MemberDeclarationSyntax declaration, SyntaxToken modifier)
    {
        SyntaxToken next = modifier.GetNextToken();
        MemberDeclarationSyntax spaced = declaration.ReplaceToken(next, next.WithLeadingTrivia(modifier.LeadingTrivia));
        return spaced.WithModifiers(spaced.Modifiers.RemoveAt(declaration.Modifiers.IndexOf(modifier)));
    }
}
