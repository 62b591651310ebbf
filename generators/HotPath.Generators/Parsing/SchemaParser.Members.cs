using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HotPath.Generators;

/// <summary>The members of a declaration.</summary>
internal sealed partial class SchemaParser
{
    private const int LongestWireName = 64;

    private const string NoCompatMethod = "the command has no pre-rc8 method; set Compat on its [CgrCommand]";

    private const string WrapperName = "CGREvent";

    /// <summary>Names that the reader of requests gives a meaning of its own.</summary>
    private static readonly string[] s_envelopeNames = ["Event", WrapperName];

    private EquatableArray<MemberSpec> ParseMembers(INamedTypeSymbol type, bool isReply, string? eventName, bool isFlatToo)
    {
        ImmutableArray<MemberSpec>.Builder members = ImmutableArray.CreateBuilder<MemberSpec>();
        foreach (IPropertySymbol property in type.GetMembers().OfType<IPropertySymbol>())
        {
            cancellation.ThrowIfCancellationRequested();
            if (FindMemberAttribute(property) is not { } attribute)
            {
                continue;
            }

            // The compiler says so where a name has not been typed yet.
            if (property.Name.Length == 0)
            {
                _failed = true;
                continue;
            }

            MemberSpec? member = ParseMember(property, attribute, isReply);
            if (member?.Type == MemberType.Variables)
            {
                CheckVariables(member, attribute, members);
                members.Add(member);
            }
            else if (member is not null && IsNameFree(member, attribute, members, eventName, isFlatToo))
            {
                CheckCompat(member, attribute, members, isReply, isFlatToo);
                members.Add(member);
            }
        }

        CheckRequiredByLanguage(type, members);
        return new(members.ToImmutable());
    }

    /// <summary>The reader makes the struct out of what can be read; C# has it set what is marked <c>required</c>, always.</summary>
    private void CheckRequiredByLanguage(INamedTypeSymbol type, IReadOnlyCollection<MemberSpec> members)
    {
        MemberSpec? whole = members.FirstOrDefault(member => member.Compat == MemberCompat.WholeResult);
        foreach (ISymbol each in type.GetMembers())
        {
            if (each is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true }
                && !members.Any(member => member.Property == Identifier(each) && member.Type != MemberType.Variables && (whole is null || ReferenceEquals(member, whole))))
            {
                Fail(SchemaDiagnostics.RequiredByLanguage, Place(each), each.Name);
            }
        }
    }

    private void CheckTakenNames(INamedTypeSymbol type, string[] taken)
    {
        foreach (ISymbol member in type.GetMembers())
        {
            // The analyzer sees what the generator added, too.
            if (Array.IndexOf(taken, member.Name) >= 0 && !member.DeclaringSyntaxReferences.Any(IsGenerated))
            {
                Fail(SchemaDiagnostics.TakenName, Place(member), member.Name);
            }
        }
    }

    private bool IsGenerated(SyntaxReference declaration) =>
        declaration.GetSyntax(cancellation).Parent?.FirstAncestorOrSelf<TypeDeclarationSyntax>()?.AttributeLists
            .Any(list => list.Attributes.Any(attribute => attribute.Name is QualifiedNameSyntax { Right.Identifier.ValueText: "GeneratedCode" })) == true;

    public static AttributeData? FindMemberAttribute(IPropertySymbol property) =>
        Find(property, SchemaNames.MemberAttribute) ?? Find(property, SchemaNames.FieldAttribute) ?? Find(property, SchemaNames.ResultAttribute);

    private MemberSpec? ParseMember(IPropertySymbol property, AttributeData attribute, bool isReply)
    {
        bool isField = attribute.AttributeClass.HasName(SchemaNames.FieldAttribute);
        if (isField && isReply)
        {
            Fail(SchemaDiagnostics.FieldInReply, Place(property), property.Name);
        }

        bool isResult = attribute.AttributeClass.HasName(SchemaNames.ResultAttribute);
        if (isResult && Find(property.ContainingType, SchemaNames.ReplyAttribute) is null)
        {
            Fail(SchemaDiagnostics.InvalidResult, Place(property), property.Name, $"'{property.ContainingType.Name}' is not a reply");
        }

        if (property.GetAttributes().FirstOrDefault(other => !ReferenceEquals(other, attribute) && IsMemberAttribute(other)) is { } second)
        {
            Fail(SchemaDiagnostics.TwoPlaces, Place(second, ""), property.Name);
        }

        if (WhyNotSettable(property) is { } reason)
        {
            Fail(SchemaDiagnostics.NotSettable, Place(property), property.Name, reason);
        }

        string name = isResult ? "result" : attribute.ConstructorArguments.FirstOrDefault().Value as string ?? "";
        MemberType? parsedType = MemberTypeOf(property.Type, out bool isNullable, out string? objectType);
        if (parsedType != MemberType.Variables && !IsWireName(name))
        {
            Fail(SchemaDiagnostics.InvalidName, Place(attribute, "name"), Shown(name));
        }

        if (parsedType is not { } type || (isReply && type is MemberType.Text or MemberType.Variables))
        {
            Fail(SchemaDiagnostics.UnsupportedType, Place(property), property.Name, property.Type.ToDisplayString());
            return null;
        }

        if (type == MemberType.Text && !property.ContainingType.IsRefLikeType && IsAuto(property))
        {
            Fail(SchemaDiagnostics.TextOutsideRefStruct, Place(property.ContainingType), property.ContainingType.Name, property.Name);
        }

        bool hasDefault = property.DeclaringSyntaxReferences.Any(reference => reference.GetSyntax(cancellation) is PropertyDeclarationSyntax { Initializer: not null });
        if (hasDefault && type == MemberType.Boolean && !isNullable)
        {
            Fail(SchemaDiagnostics.FlagWithDefault, Place(property), property.Name);
        }

        MemberFormat format = ParseFormat(property, attribute, "Format", type, ifUnstated: MemberFormat.Default);
        MemberFormat compatFormat = ParseFormat(
            property, attribute, "CompatFormat", type, ifUnstated: type == MemberType.Boolean && !isReply ? MemberFormat.Number : format);

        bool isRequired = Named(attribute, "Required")?.Value is true;
        if (isRequired && (isReply || hasDefault || (type == MemberType.Boolean && !isNullable)))
        {
            Fail(
                SchemaDiagnostics.RequiredNotPossible,
                Place(attribute, "Required"),
                property.Name,
                isReply ? "engines leave out of a reply what was not asked for"
                    : hasDefault ? "it has a default, which stands for it where it is left out"
                    : "false is written by leaving the flag out");
        }

        return new MemberSpec(
            Identifier(property),
            name,
            type,
            isNullable,
            format,
            isRequired,
            isField,
            (MemberCompat)(Named(attribute, "Compat")?.Value as byte? ?? 0),
            compatFormat,
            objectType,
            hasDefault,
            ParseYields(property, attribute, type, isReply));
    }

    /// <summary>The property with the set of variables to which the member yields, if there is one.</summary>
    private EquatableArray<string> ParseYields(IPropertySymbol property, AttributeData attribute, MemberType type, bool isReply)
    {
        if (Named(attribute, "Yields")?.Value is not true || type == MemberType.Variables)
        {
            return default;
        }

        IPropertySymbol? variables = property.ContainingType.GetMembers().OfType<IPropertySymbol>().FirstOrDefault(other =>
            MemberTypeOf(other.Type, out _, out _) == MemberType.Variables
            && SymbolEqualityComparer.Default.Equals(FindMemberAttribute(other)?.AttributeClass, attribute.AttributeClass));
        if (isReply || variables is null)
        {
            Fail(SchemaDiagnostics.InvalidYields, Place(attribute, "Yields"), property.Name, isReply ? "a reply has no variables" : "there is no CgrVariables at the same place");
        }

        return variables is null ? default : new([Identifier(variables)]);
    }

    private static string? WhyNotSettable(IPropertySymbol property) => property switch
    {
        { IsStatic: true } => "it is static",
        { IsIndexer: true } => "it is an indexer",
        { GetMethod: null } => "it has no getter",
        { ExplicitInterfaceImplementations.IsEmpty: false } => "it can be reached through an interface only",
        { SetMethod: null } => "it has no init or set accessor",
        _ when property.GetAttributes().Any(IsBan) => "nobody may use it, as it is [Obsolete] with an error",
        _ => null,
    };

    /// <summary>The property is kept in a field of the compiler's.</summary>
    private static bool IsAuto(IPropertySymbol property) => property.ContainingType.GetMembers().OfType<IFieldSymbol>()
        .Any(field => SymbolEqualityComparer.Default.Equals(field.AssociatedSymbol, property));

    private static bool IsBan(AttributeData attribute) =>
        attribute.AttributeClass.HasName("System.ObsoleteAttribute") && attribute.ConstructorArguments.Length == 2 && attribute.ConstructorArguments[1].Value is true;

    private static bool IsMemberAttribute(AttributeData attribute) =>
        attribute.AttributeClass.HasName(SchemaNames.MemberAttribute)
        || attribute.AttributeClass.HasName(SchemaNames.FieldAttribute)
        || attribute.AttributeClass.HasName(SchemaNames.ResultAttribute);

    private static string Identifier(ISymbol property) =>
        SyntaxFacts.GetKeywordKind(property.Name) == SyntaxKind.None ? property.Name : "@" + property.Name;

    private void CheckVariables(MemberSpec variables, AttributeData attribute, IEnumerable<MemberSpec> others)
    {
        string? argument = attribute.NamedArguments.FirstOrDefault().Key ?? (variables.WireName.Length != 0 ? "name" : null);
        MemberSpec? first = others.FirstOrDefault(other => other.Type == MemberType.Variables && other.IsField == variables.IsField);
        if (argument is not null || first is not null)
        {
            Fail(
                SchemaDiagnostics.InvalidVariables,
                Place(attribute, argument ?? "name"),
                variables.Property,
                argument is not null ? "its values have names and forms of their own; leave the attribute's arguments out" : $"'{first!.Property}' is one at the same place");
        }
    }

    private MemberFormat ParseFormat(IPropertySymbol property, AttributeData attribute, string argument, MemberType type, MemberFormat ifUnstated)
    {
        TypedConstant? stated = Named(attribute, argument);
        MemberFormat format = stated is null ? ifUnstated : (MemberFormat)(stated.Value.Value as byte? ?? 0);
        MemberFormat[] fitting = FormatsOf(type);
        if (!fitting.Contains(format) && (stated is not null || argument == "Format"))
        {
            // The code fix offers what fits.
            ImmutableDictionary<string, string?> choice = ImmutableDictionary<string, string?>.Empty
                .Add("Argument", argument)
                .Add("Formats", string.Join(",", fitting));
            Fail(
                SchemaDiagnostics.InvalidFormat,
                Place(attribute, argument),
                choice,
                property.Name,
                property.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat),
                format,
                string.Join(" or ", fitting));
        }

        return format;
    }

    private void CheckCompat(MemberSpec member, AttributeData attribute, IEnumerable<MemberSpec> others, bool isReply, bool isFlatToo)
    {
        string? problem = member.Compat switch
        {
            MemberCompat.Member => null,
            _ when !isFlatToo => NoCompatMethod,
            MemberCompat.Implied when isReply || member.Type != MemberType.Boolean || member.IsNullable => "only a flag of a command can be implied",
            MemberCompat.WholeResult when !isReply => "only a member of a reply can be the whole result",
            MemberCompat.WholeResult when others.FirstOrDefault(other => other.Compat == MemberCompat.WholeResult) is { } other => $"'{other.Property}' is the whole result already",
            MemberCompat.Implied or MemberCompat.WholeResult => null,
            _ => "the value is not one of CgrCompat",
        };
        if (problem is not null)
        {
            Fail(SchemaDiagnostics.InvalidCompat, Place(attribute, "Compat"), member.Property, problem);
        }
        else if (member.Compat == MemberCompat.Implied && Named(attribute, "CompatFormat") is not null)
        {
            Warn(SchemaDiagnostics.WithoutEffect, Place(attribute, "CompatFormat"), "CompatFormat", $"'{member.Property}' is implied by the method there");
        }
        else if (!isFlatToo && Named(attribute, "CompatFormat") is not null)
        {
            Fail(SchemaDiagnostics.InvalidCompat, Place(attribute, "CompatFormat"), member.Property, NoCompatMethod);
        }
    }

    private bool IsNameFree(MemberSpec member, AttributeData attribute, IEnumerable<MemberSpec> others, string? eventName, bool isFlatToo)
    {
        string? holder = others.FirstOrDefault(
            other => (isFlatToo || other.IsField == member.IsField) && other.WireName.Equals(member.WireName, StringComparison.OrdinalIgnoreCase))?.Property;
        if (holder is null && eventName is not null && !member.IsField)
        {
            holder = s_envelopeNames.Append(eventName).FirstOrDefault(name => name.Equals(member.WireName, StringComparison.OrdinalIgnoreCase));
        }

        if (holder is null)
        {
            return true;
        }

        Fail(SchemaDiagnostics.DuplicateName, Place(attribute, "name"), member.WireName, holder);
        return false;
    }

    /// <summary>What the type is on the wire; null: it cannot stand there.</summary>
    private MemberType? MemberTypeOf(ITypeSymbol type, out bool isNullable, out string? objectType)
    {
        isNullable = false;
        objectType = null;
        if (type is IArrayTypeSymbol { IsSZArray: true } array)
        {
            isNullable = type.NullableAnnotation != NullableAnnotation.NotAnnotated;
            objectType = ObjectTypeOf(array.ElementType);
            bool isText = array.ElementType is { SpecialType: SpecialType.System_String, NullableAnnotation: not NullableAnnotation.Annotated };
            return objectType is not null ? MemberType.Objects : isText ? MemberType.Texts : null;
        }

        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable)
        {
            isNullable = true;
            type = nullable.TypeArguments[0];
            if (type.IsRefLikeType)
            {
                return null;
            }
        }

        if (type.SpecialType == SpecialType.System_String)
        {
            isNullable = type.NullableAnnotation != NullableAnnotation.NotAnnotated;
        }

        return type.SpecialType switch
        {
            SpecialType.System_Boolean => MemberType.Boolean,
            SpecialType.System_Int32 => MemberType.Int32,
            SpecialType.System_Int64 => MemberType.Int64,
            SpecialType.System_String => MemberType.String,
            SpecialType.System_Decimal => MemberType.Decimal,
            _ when type.HasName(SchemaNames.Text) => MemberType.Text,
            _ when type.HasName(SchemaNames.Duration) => MemberType.Duration,
            _ when type.HasName(SchemaNames.Time) => MemberType.Time,
            _ when type.HasName(SchemaNames.Variables) => MemberType.Variables,
            _ when (objectType = ObjectTypeOf(type)) is not null => MemberType.Object,
            _ => null,
        };
    }

    private string? ObjectTypeOf(ITypeSymbol type)
    {
        if (type is not INamedTypeSymbol named || Find(type, SchemaNames.ObjectAttribute) is null)
        {
            return null;
        }

        FailUnlessWritten(named, parser => parser.ParseObject(named));
        return type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
    }

    /// <summary>A length or point in time has no format that goes without saying: the wrong one is wrong by a factor of 10⁹.</summary>
    private static MemberFormat[] FormatsOf(MemberType type) => type switch
    {
        MemberType.Duration => [MemberFormat.SecondsText, MemberFormat.Nanoseconds, MemberFormat.Seconds, MemberFormat.WholeSeconds],
        MemberType.Time => [MemberFormat.UnixSeconds, MemberFormat.Rfc3339],
        MemberType.Text or MemberType.String => [MemberFormat.Default, MemberFormat.RawJson],
        MemberType.Boolean => [MemberFormat.Default, MemberFormat.Number],
        _ => [MemberFormat.Default],
    };

    private static bool IsWireName(string name) => name.Length is > 0 and <= LongestWireName && !name.Any(NeedsEscape) && name.Trim().Length == name.Length;

    private static bool NeedsEscape(char character) => character is < ' ' or > '~' or '"' or '\\';
}
