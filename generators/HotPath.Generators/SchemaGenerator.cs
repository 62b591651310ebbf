using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HotPath.Generators;

/// <summary>
/// Writes the second half of every struct marked <c>[CgrCommand]</c>, <c>[CgrReply]</c> or <c>[CgrObject]</c>: writers, readers, method names. A
/// declaration that is not right gets nothing here; <see cref="SchemaAnalyzer"/> says what is wrong with it.
/// </summary>
/// <remarks>
/// An edit anywhere gives the compiler new symbols, so it has the declarations parsed again; about half of that time is the compiler's own, which
/// binds their attributes and types anew (GeneratorBenchmarks). What they say is compared by value with what they said before, and only what
/// changed is written again.
/// </remarks>
[Generator(LanguageNames.CSharp)]
public sealed class SchemaGenerator : IIncrementalGenerator
{
    /// <summary>Names under which the driver tracks the steps, for the caching tests.</summary>
    public const string CommandsStep = "Commands", RepliesStep = "Replies", ObjectsStep = "Objects";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<CommandSpec?> commands = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                SchemaNames.CommandAttribute,
                static (node, _) => node is TypeDeclarationSyntax,
                static (found, cancellation) => Parse(found, cancellation, static (parser, type, attribute) => parser.ParseCommand(type, attribute)))
            .WithTrackingName(CommandsStep);

        IncrementalValuesProvider<ReplySpec?> replies = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                SchemaNames.ReplyAttribute,
                static (node, _) => node is TypeDeclarationSyntax,
                static (found, cancellation) => Parse(found, cancellation, static (parser, type, attribute) => parser.ParseReply(type, attribute)))
            .WithTrackingName(RepliesStep);

        IncrementalValuesProvider<ObjectSpec?> objects = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                SchemaNames.ObjectAttribute,
                static (node, _) => node is TypeDeclarationSyntax,
                static (found, cancellation) => Parse(found, cancellation, static (parser, type, _) => parser.ParseObject(type)))
            .WithTrackingName(ObjectsStep);

        static T? Parse<T>(GeneratorAttributeSyntaxContext found, CancellationToken cancellation, Func<SchemaParser, INamedTypeSymbol, AttributeData, T?> parse)
            where T : class
        {
            INamedTypeSymbol type = (INamedTypeSymbol)found.TargetSymbol;

            // One that stands on two parts of a type is found twice. The compiler refuses the second.
            AttributeData attribute = type.GetAttributes().First(each => SymbolEqualityComparer.Default.Equals(each.AttributeClass, found.Attributes[0].AttributeClass));
            bool isFirst = found.TargetNode.Equals(attribute.ApplicationSyntaxReference?.GetSyntax(cancellation).Parent?.Parent);
            return isFirst ? parse(new SchemaParser(report: null, cancellation), type, attribute) : null;
        }

        context.RegisterSourceOutput(commands, static (output, command) =>
        {
            if (command is not null)
            {
                output.AddSource(command.Type.FileName, CommandEmitter.Emit(command));
            }
        });
        context.RegisterSourceOutput(replies, static (output, reply) =>
        {
            if (reply is not null)
            {
                output.AddSource(reply.Type.FileName, ReplyEmitter.Emit(reply));
            }
        });
        context.RegisterSourceOutput(objects, static (output, type) =>
        {
            if (type is not null)
            {
                output.AddSource(type.Type.FileName, ObjectEmitter.Emit(type));
            }
        });
    }
}
