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

    /// <summary>Room for a short list or object.</summary>
    private const int UsualListLength = 128;

    /// <summary>Room for any number with its unit and quotes.</summary>
    private const int NumberLength = 24;

    /// <param name="code">Where to.</param>
    /// <param name="current">What stands there in the current dialect.</param>
    /// <param name="compat">What stands there in the pre-rc8 dialect; null: the same.</param>
    public static void Emit(CodeWriter code, Layout current, Layout? compat)
    {
        string encode = compat is null ? "EncodeTo(room)" : $"dialect == {TypeEmitter.Cgr}CgrDialect.PreRc8 ? EncodePreRc8To(room) : EncodeTo(room)";
        code.Line("/// <inheritdoc/>");
        using (code.Block($"public void Encode(global::System.Buffers.IBufferWriter<byte> output, {TypeEmitter.Cgr}CgrDialect dialect)"))
        {
            string variables = string.Concat(current.All.Where(member => member.Type == MemberType.Variables).Select(member => $" + (this.{member.Property}?.Length ?? 0)"));
            code.Line($"global::System.Span<byte> room = output.GetSpan({UsualLength(current)}{variables});");
            code.Line($"int length = {encode};");

            // The comma behind a value that stands alone is written before it is dropped.
            using (code.Block("if (length >= room.Length)"))
            {
                code.Line("room = output.GetSpan(length + 1);");
                code.Line($"length = {encode};");
            }

            code.Line();
            code.Line("output.Advance(length);");
        }

        code.Line();
        EmitLayout(code, "EncodeTo", current);
        if (compat is not null)
        {
            code.Line();
            EmitLayout(code, "EncodePreRc8To", compat);
        }
    }

    /// <summary>The same for an object in a command or reply, whose room is that of what holds it.</summary>
    public static void EmitObject(CodeWriter code, Layout layout)
    {
        code.Line("/// <inheritdoc/>");
        using (code.Block("public int EncodeTo(global::System.Span<byte> output, int at)"))
        {
            EmitBody(code, layout, end: "},");
        }
    }

    private static void EmitLayout(CodeWriter code, string method, Layout layout)
    {
        using (code.Block($"private int {method}(global::System.Span<byte> output)"))
        {
            code.Line("int at = 0;");
            if (layout.Whole is not null)
            {
                EmitWhole(code, layout.Whole);
                return;
            }

            EmitBody(code, layout, layout.EventName is null ? "}" : "}}");
        }
    }

    private static void EmitBody(CodeWriter code, Layout layout, string end)
    {
        Run run = new(code);
        run.Add("{");
        if (layout.EventName is not null)
        {
            EmitMembers(code, run, layout.Members);
            run.Add($"\"{layout.EventName}\":{{");
        }

        run.Flush();
        code.Line("int first = at;");
        EmitMembers(code, run, layout.EventName is null ? layout.Members : layout.Fields);
        code.Line($"return {Encoder}.End(output, at, first, {Literal(end)});");
    }

    private static void EmitWhole(CodeWriter code, MemberSpec member)
    {
        if (member.PresenceTest() is { } test)
        {
            using (code.Block($"if ({test})"))
            {
                EmitPresent(code, member, "");
            }

            using (code.Block("else"))
            {
                code.Line($"at = {Encoder}.Raw(output, at, {Literal(member.WhenAbsent() + ",")});");
            }

            code.Line();
        }
        else
        {
            EmitPresent(code, member, "");
        }

        code.Line("return at - 1;");
    }

    private static void EmitMembers(CodeWriter code, Run run, MemberSpec[] members)
    {
        foreach (MemberSpec member in members)
        {
            if (member.PresenceTest() is not { } test)
            {
                run.Add(member.NamePrefix() + member.Quote());
                run.Flush();
                code.Line(Value(member));
                continue;
            }

            run.Flush();
            using (code.Block($"if ({test})"))
            {
                EmitPresent(code, member, member.NamePrefix());
            }

            code.Line();
        }

        run.Flush();
    }

    private static void EmitPresent(CodeWriter code, MemberSpec member, string prefix)
    {
        if (member.Type == MemberType.Variables)
        {
            code.Line($"at = {Encoder}.{VariablesEmitter.Kind(member)}(output, at, {member.Value()}, {VariablesEmitter.Hidden(member)});");
            return;
        }

        if (member.Type == MemberType.Boolean)
        {
            string set = Literal($"{prefix}{member.True()},");
            code.Line($"at = {Encoder}.Raw(output, at, {(member.IsNullable ? $"{member.Local()} ? {set} : {Literal($"{prefix}{member.False()},")}" : set)});");
            return;
        }

        prefix += member.Quote();
        if (prefix.Length != 0)
        {
            code.Line($"at = {Encoder}.Raw(output, at, {Literal(prefix)});");
        }

        code.Line(Value(member));
    }

    private static string Value(MemberSpec member)
    {
        if (member.Type == MemberType.Object)
        {
            return $"at = {member.Value()}.EncodeTo(output, at);";
        }

        string method = (member.Type, member.Format) switch
        {
            (_, MemberFormat.RawJson) => "RawJson",
            (MemberType.Text or MemberType.String, _) => "Text",
            (MemberType.Decimal, _) => "Decimal",
            (MemberType.Texts, _) => "Texts",
            (MemberType.Objects, _) => "Objects",
            (_, MemberFormat.Rfc3339) => "Rfc3339",
            (_, MemberFormat.UnixSeconds) => "UnixSeconds",
            (_, MemberFormat.SecondsText) => "SecondsText",
            (_, MemberFormat.Seconds) => "Seconds",
            (_, MemberFormat.WholeSeconds) => "WholeSeconds",
            _ => "Integer",
        };
        string value = member.Type == MemberType.Duration && member.Format == MemberFormat.Nanoseconds ? member.Value() + ".Nanoseconds" : member.Value();
        return $"at = {Encoder}.{method}(output, at, {value});";
    }

    private static int UsualLength(Layout layout) =>
        8 + (layout.EventName?.Length ?? 0) + layout.All.Sum(member => member.NamePrefix().Length + member.Quote().Length + member.Type switch
        {
            MemberType.Text or MemberType.String => UsualTextLength,
            MemberType.Texts or MemberType.Object or MemberType.Objects => UsualListLength,
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
