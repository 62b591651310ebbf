using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HotPath.Generators;

/// <summary>
/// Turns a declaration into its model, or into diagnostics: the model is null when there was anything to report. The analyzer runs
/// it for the diagnostics, the generator, with no one to report to, for the model.
/// </summary>
/// <param name="report">Who is told; null: nobody.</param>
/// <param name="cancellation">Ends the work.</param>
/// <param name="around">The types that are being parsed already, as this one stands in them.</param>
internal sealed partial class SchemaParser(Action<Diagnostic>? report, CancellationToken cancellation, ImmutableHashSet<ISymbol>? around = null)
{
    /// <summary>The contracts are static abstract members, which ref structs implement too.</summary>
    private const LanguageVersion OldestLanguage = LanguageVersion.CSharp13;

    private bool _failed;

    public CommandSpec? ParseCommand(INamedTypeSymbol type, AttributeData attribute)
    {
        SchemaType schemaType = ParseType(type);
        if (Find(type, SchemaNames.ReplyAttribute) is not null || Find(type, SchemaNames.ObjectAttribute) is not null)
        {
            Fail(SchemaDiagnostics.CommandAndReply, Place(type), type.Name);
        }

        string method = ParseMethod(attribute, attribute.ConstructorArguments.FirstOrDefault().Value as string, "method");
        string? compat = Named(attribute, "Compat")?.Value is string name ? ParseMethod(attribute, name, "Compat") : null;
        ImmutableArray<string> aliases = ParseAliases(attribute);
        CheckMethodNames(attribute, method, compat, aliases);
        string repeat = ParseRepeat(type, attribute);
        string reply = ParseReplyType(type, attribute);
        string eventName = Named(attribute, "EventName")?.Value as string ?? "Event";
        if (!IsWireName(eventName))
        {
            Fail(SchemaDiagnostics.InvalidName, Place(attribute, "EventName"), Shown(eventName));
        }
        else if (eventName.Equals(WrapperName, StringComparison.OrdinalIgnoreCase))
        {
            Fail(SchemaDiagnostics.DuplicateName, Place(attribute, "EventName"), eventName, WrapperName);
        }

        EquatableArray<MemberSpec> members = ParseMembers(type, isReply: false, eventName, isFlatToo: compat is not null);
        CheckTakenNames(type, compat is null ? TakenNames.OfCommand : TakenNames.OfCommandWithCompat);
        if (!_failed && Named(attribute, "EventName") is not null && !members.Any(member => member.IsField))
        {
            Warn(SchemaDiagnostics.WithoutEffect, Place(attribute, "EventName"), "EventName", $"'{type.Name}' has no [CgrField]");
        }

        return _failed ? null : new CommandSpec(schemaType, method, compat, new(aliases), repeat, reply, eventName, members);
    }

    public ReplySpec? ParseReply(INamedTypeSymbol type, AttributeData attribute)
    {
        SchemaType schemaType = ParseType(type);

        // Told once, with the command.
        _failed |= Find(type, SchemaNames.CommandAttribute) is not null;
        if (Find(type, SchemaNames.ObjectAttribute) is not null)
        {
            Fail(SchemaDiagnostics.CommandAndReply, Place(type), type.Name);
        }

        if (type.IsRefLikeType)
        {
            Fail(SchemaDiagnostics.ReplyRefStruct, Place(type), type.Name);
        }

        EquatableArray<MemberSpec> members = ParseMembers(type, isReply: true, eventName: null, isFlatToo: true);
        string? text = Named(attribute, "Text")?.Value as string;
        if (text is not null && members.Count != 0)
        {
            Fail(SchemaDiagnostics.InvalidText, Place(attribute, "Text"), type.Name, "it cannot have members");
        }
        else if (text is not null && text.Any(NeedsEscape))
        {
            Fail(SchemaDiagnostics.InvalidText, Place(attribute, "Text"), type.Name, "use printable ASCII other than quote and backslash");
        }

        CheckTakenNames(type, TakenNames.OfReply);
        IPropertySymbol? result = type.GetMembers().OfType<IPropertySymbol>().FirstOrDefault(property => Find(property, SchemaNames.ResultAttribute) is not null);
        if (result is not null && members.Count > 1)
        {
            Fail(SchemaDiagnostics.InvalidResult, Place(result), result.Name, "there are other members");
        }

        return _failed ? null : new ReplySpec(schemaType, text, result is not null, members);
    }

    public ObjectSpec? ParseObject(INamedTypeSymbol type)
    {
        SchemaType schemaType = ParseType(type);

        // Told once, with the command or the reply.
        _failed |= Find(type, SchemaNames.CommandAttribute) is not null || Find(type, SchemaNames.ReplyAttribute) is not null;
        if (type.IsRefLikeType)
        {
            Fail(SchemaDiagnostics.ReplyRefStruct, Place(type), type.Name);
        }

        EquatableArray<MemberSpec> members = ParseMembers(type, isReply: true, eventName: null, isFlatToo: false);
        CheckTakenNames(type, TakenNames.OfObject);
        return _failed ? null : new ObjectSpec(schemaType, members);
    }

    private SchemaType ParseType(INamedTypeSymbol type)
    {
        // On anything but a struct the compiler itself refuses the attribute; a name may not have been typed yet.
        _failed |= type.TypeKind != TypeKind.Struct || type.Name.Length == 0;

        Stack<string> containers = new();
        for (INamedTypeSymbol? each = type; each is not null; each = each.ContainingType)
        {
            cancellation.ThrowIfCancellationRequested();
            if (each.IsGenericType)
            {
                Fail(SchemaDiagnostics.Generic, Place(type), type.Name);
                break;
            }

            if (!IsPartial(each))
            {
                Fail(SchemaDiagnostics.NotPartial, Place(each), each.Name);
            }

            if (each.IsFileLocal)
            {
                Fail(SchemaDiagnostics.FileLocal, Place(each), each.Name);
            }

            if (!ReferenceEquals(each, type))
            {
                containers.Push(Header(each));
            }
        }

        if (type.DeclaringSyntaxReferences[0].SyntaxTree.Options is CSharpParseOptions { LanguageVersion: < OldestLanguage } options)
        {
            Fail(SchemaDiagnostics.OldLanguage, Place(type), type.Name, options.LanguageVersion.ToDisplayString());
        }

        if (_failed)
        {
            return SchemaType.None;
        }

        string ns = type.ContainingNamespace.IsGlobalNamespace ? "" : type.ContainingNamespace.ToDisplayString();
        return new SchemaType(ns, new([.. containers]), Header(type), type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat), HasTwin(type));
    }

    /// <summary>There is another type whose full name differs in case only.</summary>
    private static bool HasTwin(ISymbol symbol)
    {
        for (ISymbol each = symbol; each.ContainingSymbol is INamespaceOrTypeSymbol container; each = container)
        {
            foreach (ISymbol other in container.GetMembers())
            {
                // Most names differ at their end: this is asked of every pair of types.
                if (other.Name.Length == each.Name.Length
                    && char.ToUpperInvariant(other.Name[other.Name.Length - 1]) == char.ToUpperInvariant(each.Name[each.Name.Length - 1])
                    && other is INamespaceOrTypeSymbol
                    && other.Name != each.Name
                    && other.Name.Equals(each.Name, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static string Header(INamedTypeSymbol type)
    {
        string kind = (type.IsRecord, type.TypeKind) switch
        {
            (true, TypeKind.Struct) => "record struct",
            (true, _) => "record",
            (_, TypeKind.Struct) => "struct",
            (_, TypeKind.Interface) => "interface",
            _ => "class",
        };
        return $"partial {kind} {type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}";
    }

    private static bool IsPartial(INamedTypeSymbol type) => type.DeclaringSyntaxReferences.Any(
        reference => reference.GetSyntax() is TypeDeclarationSyntax declaration && declaration.Modifiers.Any(SyntaxKind.PartialKeyword));

    private string ParseMethod(AttributeData attribute, string? method, string argument)
    {
        string[] parts = (method ?? "").Split('.');
        if (parts.Length != 2 || parts.Any(part => part.Length == 0 || !part.All(character => character < 128 && char.IsLetterOrDigit(character))))
        {
            Fail(SchemaDiagnostics.InvalidMethod, Place(attribute, argument), Shown(method ?? ""));
        }

        return method ?? "";
    }

    /// <summary>The name says which dialect a request is in, so each stands once.</summary>
    private void CheckMethodNames(AttributeData attribute, string method, string? compat, ImmutableArray<string> aliases)
    {
        if (compat is not null && compat == method)
        {
            Fail(SchemaDiagnostics.MethodNamedTwice, Place(attribute, "Compat"), compat);
        }

        if (aliases.GroupBy(alias => alias).FirstOrDefault(same => same.Key == method || same.Key == compat || same.Count() > 1) is { } repeated)
        {
            Fail(SchemaDiagnostics.MethodNamedTwice, Place(attribute, "Aliases"), repeated.Key);
        }
    }

    private ImmutableArray<string> ParseAliases(AttributeData attribute)
    {
        ImmutableArray<TypedConstant> values = Named(attribute, "Aliases") is { Kind: TypedConstantKind.Array } aliases && !aliases.IsNull ? aliases.Values : [];
        return [.. values.Select(value => ParseMethod(attribute, value.Value as string, "Aliases"))];
    }

    private string ParseRepeat(INamedTypeSymbol type, AttributeData attribute)
    {
        TypedConstant? repeat = Named(attribute, "Repeat");
        string? name = (repeat?.Type as INamedTypeSymbol)?.GetMembers().OfType<IFieldSymbol>()
            .FirstOrDefault(field => field.HasConstantValue && Equals(field.ConstantValue, repeat?.Value))?.Name;
        if (name is null or "Unstated")
        {
            Fail(SchemaDiagnostics.RepeatUnstated, Place(attribute, "Repeat"), type.Name);
        }

        return name ?? "";
    }

    private string ParseReplyType(INamedTypeSymbol type, AttributeData attribute)
    {
        if (Named(attribute, "Reply")?.Value is INamedTypeSymbol reply && Find(reply, SchemaNames.ReplyAttribute) is { } declaration)
        {
            FailUnlessWritten(reply, parser => parser.ParseReply(reply, declaration));
            return reply.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
        }

        Fail(SchemaDiagnostics.InvalidReply, Place(attribute, "Reply"), type.Name);
        return "";
    }

    /// <summary>What is said of a type that this one is made of is said there. Without its other part, this one's would not compile.</summary>
    private void FailUnlessWritten(INamedTypeSymbol type, Func<SchemaParser, object?> parse)
    {
        ImmutableHashSet<ISymbol> types = around ?? ImmutableHashSet.Create<ISymbol>(SymbolEqualityComparer.Default);
        if (report is null && !_failed && !type.DeclaringSyntaxReferences.IsEmpty && !types.Contains(type))
        {
            _failed = parse(new SchemaParser(report: null, cancellation, types.Add(type))) is null;
        }
    }

    private static TypedConstant? Named(AttributeData attribute, string name)
    {
        foreach (KeyValuePair<string, TypedConstant> argument in attribute.NamedArguments)
        {
            if (argument.Key == name)
            {
                return argument.Value;
            }
        }

        return null;
    }

    private static AttributeData? Find(ISymbol symbol, string attribute) =>
        symbol.GetAttributes().FirstOrDefault(data => data.AttributeClass.HasName(attribute));

    private void Fail(DiagnosticDescriptor descriptor, Location place, params object[] arguments) =>
        Fail(descriptor, place, ImmutableDictionary<string, string?>.Empty, arguments);

    private void Fail(DiagnosticDescriptor descriptor, Location place, ImmutableDictionary<string, string?> choice, params object[] arguments)
    {
        _failed = true;
        report?.Invoke(Diagnostic.Create(descriptor, place, choice, arguments));
    }

    private void Warn(DiagnosticDescriptor descriptor, Location place, params object[] arguments) =>
        report?.Invoke(Diagnostic.Create(descriptor, place, arguments));

    /// <summary>A text with whatever cannot be printed as its escape.</summary>
    private static string Shown(string text) => SymbolDisplay.FormatLiteral(text, quote: false);

    private static Location Place(ISymbol symbol) => symbol.Locations.FirstOrDefault() ?? Location.None;

    /// <summary>The argument (by its property's name, or the first one) where it is written, else the whole attribute.</summary>
    public Location Place(AttributeData attribute, string argument)
    {
        if (attribute.ApplicationSyntaxReference?.GetSyntax(cancellation) is not AttributeSyntax syntax)
        {
            return Location.None;
        }

        SeparatedSyntaxList<AttributeArgumentSyntax> arguments = syntax.ArgumentList?.Arguments ?? default;
        AttributeArgumentSyntax? written = arguments.FirstOrDefault(each => each.NameEquals?.Name.Identifier.ValueText == argument)
            ?? arguments.FirstOrDefault(each => each.NameEquals is null && argument is "method" or "name");
        return (written as SyntaxNode ?? syntax).GetLocation();
    }
}
