using System.Text;

namespace HotPath.Generators;

/// <summary>
/// <c>Encode</c>: straight into the output, bytes that are known now merged into runs. It is written once against the room the output
/// has; only if that was too little, again against as much as the first time said it takes.
/// </summary>
internal static class EncodeEmitter
{
    private const string Encoder = TypeEmitter.Cgr + "CgrEncoder";

    /// <summary>Room for a text of usual length; a longer one costs a second go.</summary>
    private const int UsualTextLength = 32;

    /// <summary>Room for any number with its unit and quotes.</summary>
    private const int NumberLength = 24;

    public static void Emit(CodeWriter code, MemberSpec[] members, MemberSpec[] fields, string? eventName)
    {
        code.Line("/// <inheritdoc/>");
        using (code.Block($"public void Encode(global::System.Buffers.IBufferWriter<byte> output, {TypeEmitter.Cgr}CgrDialect dialect)"))
        {
            string variables = string.Concat(members.Concat(fields).Where(member => member.Type == MemberType.Variables).Select(member => $" + (this.{member.Property}?.Length ?? 0)"));
            code.Line($"global::System.Span<byte> room = output.GetSpan({UsualLength(members, fields, eventName)}{variables});");
            code.Line("int length = EncodeTo(room);");
            using (code.Block("if (length > room.Length)"))
            {
                code.Line("length = EncodeTo(output.GetSpan(length));");
            }

            code.Line();
            code.Line("output.Advance(length);");
        }

        code.Line();
        using (code.Block("private int EncodeTo(global::System.Span<byte> output)"))
        {
            Run run = new(code);
            code.Line("int at = 0;");
            run.Add("{");
            if (eventName is not null)
            {
                EmitMembers(code, run, members);
                run.Add($"\"{eventName}\":{{");
            }

            run.Flush();
            code.Line("int first = at;");
            EmitMembers(code, run, eventName is null ? members : fields);
            code.Line($"return {Encoder}.End(output, at, first, {(eventName is null ? "\"}\"u8" : "\"}}\"u8")});");
        }
    }

    private static void EmitMembers(CodeWriter code, Run run, MemberSpec[] members)
    {
        foreach (MemberSpec member in members)
        {
            if (member.PresenceTest() is not { } test)
            {
                run.Add(member.Prefix());
                run.Flush();
                code.Line(Value(member));
                continue;
            }

            run.Flush();
            using (code.Block($"if ({test})"))
            {
                EmitPresent(code, member);
            }

            code.Line();
        }

        run.Flush();
    }

    private static void EmitPresent(CodeWriter code, MemberSpec member)
    {
        string name = member.WireName;
        if (member.Type == MemberType.Variables)
        {
            code.Line($"at = {Encoder}.{VariablesEmitter.Kind(member)}(output, at, {member.Value()}, {VariablesEmitter.Hidden(member)});");
        }
        else if (member.Type != MemberType.Boolean)
        {
            code.Line($"at = {Encoder}.Raw(output, at, {Literal(member.Prefix())});");
            code.Line(Value(member));
        }
        else if (member.IsNullable)
        {
            code.Line($"at = {Encoder}.Raw(output, at, {member.Local()} ? {Literal($"\"{name}\":true,")} : {Literal($"\"{name}\":false,")});");
        }
        else
        {
            code.Line($"at = {Encoder}.Raw(output, at, {Literal($"\"{name}\":true,")});");
        }
    }

    private static string Value(MemberSpec member)
    {
        string method = (member.Type, member.Format) switch
        {
            (MemberType.Text or MemberType.String, _) => "Text",
            (_, MemberFormat.UnixSeconds) => "UnixSeconds",
            (_, MemberFormat.SecondsText) => "SecondsText",
            (_, MemberFormat.Seconds) => "Seconds",
            _ => "Integer",
        };
        string value = member.Type == MemberType.Duration && member.Format == MemberFormat.Nanoseconds ? member.Value() + ".Nanoseconds" : member.Value();
        return $"at = {Encoder}.{method}(output, at, {value});";
    }

    private static int UsualLength(MemberSpec[] members, MemberSpec[] fields, string? eventName) =>
        8 + (eventName?.Length ?? 0) + members.Concat(fields).Sum(member => member.Prefix().Length + member.Type switch
        {
            MemberType.Text or MemberType.String => UsualTextLength,
            MemberType.Boolean => "false,".Length,
            MemberType.Variables => 0,
            _ => NumberLength,
        });

    private static string Literal(string json) => $"\"{json.Replace("\"", "\\\"")}\"u8";

    /// <summary>Bytes known now that follow each other without a condition between them.</summary>
    private sealed class Run(CodeWriter code)
    {
        private readonly StringBuilder _json = new();

        public void Add(string json) => _json.Append(json);

        public void Flush()
        {
            if (_json.Length != 0)
            {
                code.Line($"at = {Encoder}.Raw(output, at, {Literal(_json.ToString())});");
                _json.Clear();
            }
        }
    }
}
