namespace HotPath.Generators;

/// <summary>The other part of a command: <c>ICgrCommand</c>.</summary>
internal static class CommandEmitter
{
    private const string Dialect = TypeEmitter.Cgr + "CgrDialect";

    public static string Emit(CommandSpec command)
    {
        string contract = $"{TypeEmitter.Cgr}ICgrCommand<{command.Type.FullName}, {command.Reply}>";
        Layout current = Layout.Current(command);
        Layout? compat = Layout.PreRc8(command);

        return TypeEmitter.Emit(command.Type, contract, code =>
        {
            code.Line("/// <inheritdoc/>");
            code.Line($"public static {TypeEmitter.Cgr}RepeatClass Repeat => {TypeEmitter.Cgr}RepeatClass.{command.Repeat};");
            code.Line();
            code.Line("/// <inheritdoc/>");
            code.Line($"public static {TypeEmitter.Bytes} GetMethod({Dialect} dialect) =>");
            code.Line($"    dialect == {Dialect}.Current ? \"{command.Method}\"u8 : {(command.Compat is null ? "default" : $"\"{command.Compat}\"u8")};");
            code.Line();
            EmitIsMethod(code, command);
            code.Line();
            EncodeEmitter.Emit(code, current, compat);
            code.Line();
            WriteToEmitter.Emit(code, current, compat);
            code.Line();
            ReadEmitter.EmitRequest(code, command.Type, current.Declared(), compat?.Declared());
            VariablesEmitter.Emit(code, current);
            if (compat is not null)
            {
                VariablesEmitter.Emit(code, compat);
            }
        });
    }

    private static void EmitIsMethod(CodeWriter code, CommandSpec command)
    {
        code.Line("/// <inheritdoc/>");
        using (code.Block($"public static bool IsMethod({TypeEmitter.Bytes} method, out {Dialect} dialect)"))
        {
            code.Line($"dialect = {Dialect}.Current;");
            string[] names = [command.Method, .. command.Aliases];
            string isCurrent = string.Join(" || ", names.Select(IsName));
            if (command.Compat is null)
            {
                code.Line($"return {isCurrent};");
                return;
            }

            using (code.Block($"if ({isCurrent})"))
            {
                code.Line("return true;");
            }

            code.Line();
            code.Line($"dialect = {Dialect}.PreRc8;");
            code.Line($"return {IsName(command.Compat)};");
        }
    }

    private static string IsName(string name) => $"global::System.MemoryExtensions.SequenceEqual(method, \"{name}\"u8)";
}
