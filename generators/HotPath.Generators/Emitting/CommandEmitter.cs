namespace HotPath.Generators;

/// <summary>The other part of a command: <c>ICgrCommand</c>.</summary>
internal static class CommandEmitter
{
    public static string Emit(CommandSpec command)
    {
        string contract = $"{TypeEmitter.Cgr}ICgrCommand<{command.Type.FullName}, {command.Reply}>";
        MemberSpec[] members = [.. command.Members.Where(member => !member.IsField)];
        MemberSpec[] fields = [.. command.Members.Where(member => member.IsField)];
        string? eventName = fields.Length != 0 ? command.EventName : null;

        return TypeEmitter.Emit(command.Type, contract, code =>
        {
            code.Line("/// <inheritdoc/>");
            code.Line($"public static {TypeEmitter.Cgr}RepeatClass Repeat => {TypeEmitter.Cgr}RepeatClass.{command.Repeat};");
            code.Line();
            code.Line("/// <inheritdoc/>");
            code.Line($"public static {TypeEmitter.Bytes} GetMethod({TypeEmitter.Cgr}CgrDialect dialect) =>");
            code.Line($"    dialect == {TypeEmitter.Cgr}CgrDialect.Current ? \"{command.Method}\"u8 : default;");
            code.Line();
            code.Line("/// <inheritdoc/>");
            code.Line($"public static bool IsMethod({TypeEmitter.Bytes} method) =>");
            string[] names = [command.Method, .. command.Aliases];
            code.Line("    " + string.Join(" || ", names.Select(name => $"global::System.MemoryExtensions.SequenceEqual(method, \"{name}\"u8)")) + ";");
            code.Line();
            EncodeEmitter.Emit(code, members, fields, eventName);
            code.Line();
            WriteToEmitter.Emit(code, members, fields, eventName);
            code.Line();
            ReadEmitter.EmitRequest(code, command.Type, Read(members), Read(fields), eventName);
            VariablesEmitter.Emit(code, members, eventName);
            VariablesEmitter.Emit(code, fields, objectName: null);
        });
    }

    /// <summary>What a server reads: variables are unknown members to it.</summary>
    private static MemberSpec[] Read(MemberSpec[] members) => [.. members.Where(member => member.Type != MemberType.Variables)];
}
