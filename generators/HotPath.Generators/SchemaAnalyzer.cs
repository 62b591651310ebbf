using System.Collections.Concurrent;
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
        SchemaDiagnostics.TakenName,
        SchemaDiagnostics.FileLocal,
        SchemaDiagnostics.RequiredByLanguage,
        SchemaDiagnostics.SharedMethod,
        SchemaDiagnostics.MethodNamedTwice,
        SchemaDiagnostics.TwoPlaces,
        SchemaDiagnostics.WithoutEffect,
        SchemaDiagnostics.TextOutsideRefStruct,
        SchemaDiagnostics.FlagWithDefault,
        SchemaDiagnostics.OldLanguage,
    ];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(start =>
        {
            ConcurrentBag<(string Method, string Type, Location Place)> methods = [];
            start.RegisterSymbolAction(symbol => AnalyzeType(symbol, methods), SymbolKind.NamedType);
            start.RegisterCompilationEndAction(end => FindSharedMethods(end, methods));
        });
    }

    private static void FindSharedMethods(CompilationAnalysisContext context, IEnumerable<(string Method, string Type, Location Place)> methods)
    {
        foreach (IGrouping<string, (string Method, string Type, Location Place)> same in methods.GroupBy(each => each.Method))
        {
            (string Method, string Type, Location Place)[] commands =
                [.. same.OrderBy(each => each.Place.SourceTree?.FilePath, StringComparer.Ordinal).ThenBy(each => each.Place.SourceSpan.Start)];
            foreach ((string method, _, Location place) in commands.Skip(1))
            {
                context.ReportDiagnostic(Diagnostic.Create(SchemaDiagnostics.SharedMethod, place, method, commands[0].Type));
            }
        }
    }

    private static void AnalyzeType(SymbolAnalysisContext context, ConcurrentBag<(string Method, string Type, Location Place)> methods)
    {
        INamedTypeSymbol type = (INamedTypeSymbol)context.Symbol;
        bool isSchema = false;
        foreach (AttributeData attribute in type.GetAttributes())
        {
            SchemaParser parser = new(context.ReportDiagnostic, context.CancellationToken);
            if (attribute.AttributeClass.HasName(SchemaNames.CommandAttribute))
            {
                if (parser.ParseCommand(type, attribute) is { } command)
                {
                    methods.Add((command.Method, type.Name, parser.Place(attribute, "method")));
                    foreach (string alias in command.Aliases)
                    {
                        methods.Add((alias, type.Name, parser.Place(attribute, "Aliases")));
                    }
                }

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
