using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace HotPath.Generators;

/// <summary>
/// Says what is wrong with the declaration of a command or reply, at the place where it is wrong. It parses exactly as the
/// generator does, so what gets no diagnostic here is generated.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SchemaAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
    [
        SchemaDiagnostics.NotPartial,
        SchemaDiagnostics.Generic,
        SchemaDiagnostics.InvalidMethod,
        SchemaDiagnostics.RepeatUnstated,
        SchemaDiagnostics.InvalidReply,
        SchemaDiagnostics.UnsupportedType,
        SchemaDiagnostics.InvalidFormat,
        SchemaDiagnostics.InvalidName,
        SchemaDiagnostics.DuplicateName,
        SchemaDiagnostics.NotSettable,
        SchemaDiagnostics.FieldInReply,
        SchemaDiagnostics.RequiredNotPossible,
        SchemaDiagnostics.InvalidText,
        SchemaDiagnostics.MemberOutsideSchema,
        SchemaDiagnostics.CommandAndReply,
        SchemaDiagnostics.ReplyRefStruct,
        SchemaDiagnostics.InvalidCompat,
        SchemaDiagnostics.InvalidResult,
        SchemaDiagnostics.InvalidVariables,
        SchemaDiagnostics.InvalidYields,
    ];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSymbolAction(AnalyzeType, SymbolKind.NamedType);
    }

    private static void AnalyzeType(SymbolAnalysisContext context)
    {
        INamedTypeSymbol type = (INamedTypeSymbol)context.Symbol;
        bool isSchema = false;
        foreach (AttributeData attribute in type.GetAttributes())
        {
            SchemaParser parser = new(context.ReportDiagnostic, context.CancellationToken);
            if (attribute.AttributeClass.HasName(SchemaNames.CommandAttribute))
            {
                parser.ParseCommand(type, attribute);
                isSchema = true;
            }
            else if (attribute.AttributeClass.HasName(SchemaNames.ReplyAttribute))
            {
                parser.ParseReply(type, attribute);
                isSchema = true;
            }
            else if (attribute.AttributeClass.HasName(SchemaNames.ObjectAttribute))
            {
                parser.ParseObject(type);
                isSchema = true;
            }
        }

        if (isSchema)
        {
            return;
        }

        foreach (IPropertySymbol property in type.GetMembers().OfType<IPropertySymbol>())
        {
            if (SchemaParser.FindMemberAttribute(property) is not null)
            {
                context.ReportDiagnostic(Diagnostic.Create(SchemaDiagnostics.MemberOutsideSchema, property.Locations[0], property.Name, type.Name));
            }
        }
    }
}
