using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HotPath.Generators;

/// <summary>Changes what an attribute states, and leaves the rest of it as it is written.</summary>
internal static class AttributeArguments
{
    /// <summary>States <c>name = value</c> in the place of what was stated, else in front of the other named arguments.</summary>
    public static AttributeSyntax Set(AttributeSyntax attribute, string name, string value)
    {
        AttributeArgumentSyntax stated = SyntaxFactory
            .AttributeArgument(SyntaxFactory.ParseExpression(value))
            .WithNameEquals(SyntaxFactory.NameEquals(name))
            .NormalizeWhitespace();
        AttributeArgumentListSyntax list = attribute.ArgumentList ?? SyntaxFactory.AttributeArgumentList();
        if (list.Arguments.FirstOrDefault(argument => argument.NameEquals?.Name.Identifier.ValueText == name) is { } present)
        {
            return attribute.ReplaceNode(present, stated.WithTriviaFrom(present));
        }

        // What is named follows what is not, on a line of its own where the next argument has one.
        int place = list.Arguments.TakeWhile(argument => argument.NameEquals is null).Count();
        List<AttributeArgumentSyntax> arguments = [.. list.Arguments];
        List<SyntaxToken> commas = [.. list.Arguments.GetSeparators()];
        if (place < arguments.Count)
        {
            stated = stated.WithLeadingTrivia(arguments[place].GetLeadingTrivia());
        }

        if (arguments.Count != 0)
        {
            SyntaxToken comma = SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space);
            commas.Insert(Math.Max(place - 1, 0), commas.Count != 0 ? commas[0] : comma);
        }

        arguments.Insert(place, stated);
        return attribute.WithArgumentList(list.WithArguments(SyntaxFactory.SeparatedList(arguments, commas)));
    }

    /// <summary>States the wire name, which stands first and without a name.</summary>
    public static AttributeSyntax SetWireName(AttributeSyntax attribute, string name)
    {
        ExpressionSyntax literal = SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal(name));
        AttributeArgumentListSyntax list = attribute.ArgumentList ?? SyntaxFactory.AttributeArgumentList();
        if (list.Arguments.FirstOrDefault(argument => argument.NameEquals is null) is { } present)
        {
            return attribute.ReplaceNode(present.Expression, literal.WithTriviaFrom(present.Expression));
        }

        SyntaxToken comma = SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space);
        AttributeArgumentSyntax[] arguments = [SyntaxFactory.AttributeArgument(literal), .. list.Arguments];
        return attribute.WithArgumentList(list.WithArguments(SyntaxFactory.SeparatedList(arguments, Enumerable.Repeat(comma, arguments.Length - 1))));
    }

    /// <summary>Leaves an argument out, and with the last one the parentheses.</summary>
    public static AttributeSyntax Remove(AttributeSyntax attribute, AttributeArgumentSyntax argument)
    {
        AttributeArgumentListSyntax list = attribute.ArgumentList!;
        SeparatedSyntaxList<AttributeArgumentSyntax> rest = list.Arguments.Remove(argument);
        return attribute.WithArgumentList(rest.Count == 0 ? null : list.WithArguments(rest));
    }
}
