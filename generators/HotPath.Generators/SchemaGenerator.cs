using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HotPath.Generators;

/// <summary>
/// Writes the second half of every struct marked <c>[CgrCommand]</c>, <c>[CgrReply]</c> or <c>[CgrObject]</c>: writers, readers, method names. A
/// declaration that is not right gets nothing here; <see cref="SchemaAnalyzer"/> says what is wrong with it.
/// </summary>
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
                static (found, cancellation) => new SchemaParser(report: null, cancellation).ParseCommand((INamedTypeSymbol)found.TargetSymbol, found.Attributes[0]))
            .WithTrackingName(CommandsStep);

        IncrementalValuesProvider<ReplySpec?> replies = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                SchemaNames.ReplyAttribute,
                static (node, _) => node is TypeDeclarationSyntax,
                static (found, cancellation) => new SchemaParser(report: null, cancellation).ParseReply((INamedTypeSymbol)found.TargetSymbol, found.Attributes[0]))
            .WithTrackingName(RepliesStep);

        IncrementalValuesProvider<ObjectSpec?> objects = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                SchemaNames.ObjectAttribute,
                static (node, _) => node is TypeDeclarationSyntax,
                static (found, cancellation) => new SchemaParser(report: null, cancellation).ParseObject((INamedTypeSymbol)found.TargetSymbol))
            .WithTrackingName(ObjectsStep);

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
