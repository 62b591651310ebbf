namespace HotPath.Generators;

/// <summary>The readers: one forward walk, a switch on the name's length, values into locals, the struct at the end.</summary>
internal static class ReadEmitter
{
    private const string Result = TypeEmitter.Cgr + "CgrReadResult";
    private const string Reader = TypeEmitter.Cgr + "CgrReader";

    /// <summary>Requests of rc8 and before wrap everything but the flags into this object.</summary>
    private const string WrapperName = "CGREvent";

    private const string UsualEventName = "Event";

    public static void EmitReply(CodeWriter code, SchemaType type, MemberSpec[] members)
    {
        code.Line("/// <inheritdoc/>");
        using (code.Block($"public static {Result} TryRead({TypeEmitter.Bytes} result, {TypeEmitter.Cgr}CgrDialect dialect, out {type.FullName} reply)"))
        {
            code.Line("reply = default;");
            EmitLocals(code, "result", members);
            EmitWalk(code, "Member", "null", [.. members.Select(member => (member.WireName, Read(member)))]);
            EmitOutcome(code, "reply", type, members);
        }

        EmitFind(code, "Member", [.. members.Select(member => member.WireName)]);
    }

    public static void EmitRequest(CodeWriter code, SchemaType type, MemberSpec[] members, MemberSpec[] fields, string? eventName)
    {
        List<(string Name, Action<CodeWriter>? Read)> top = [.. members.Select(member => (member.WireName, Read(member)))];
        if (eventName is not null)
        {
            (string, Action<CodeWriter>?)[] inner = [.. fields.Select(field => (field.WireName, Read(field)))];
            if (eventName != UsualEventName)
            {
                top.Add((UsualEventName, null));
            }

            top.Add((eventName, code => EmitWalk(code, "Field", $"\"{eventName}\"", inner)));
        }

        top.Add((WrapperName, code => code.Line($"reader.Flatten(\"{WrapperName}\");")));

        code.Line("/// <inheritdoc/>");
        using (code.Block($"public static {Result} TryReadRequest({TypeEmitter.Bytes} parameters, {TypeEmitter.Cgr}CgrDialect dialect, {TypeEmitter.Cgr}CgrScratch scratch, out {type.FullName} command)"))
        {
            code.Line("command = default;");
            EmitLocals(code, "parameters", [.. members, .. fields]);
            EmitWalk(code, "Member", "null", [.. top]);
            EmitOutcome(code, "command", type, [.. members, .. fields]);
        }

        EmitFind(code, "Member", [.. top.Select(each => each.Name)]);
        if (eventName is not null)
        {
            EmitFind(code, "Field", [.. fields.Select(field => field.WireName)]);
        }
    }

    private static void EmitLocals(CodeWriter code, string input, MemberSpec[] members)
    {
        foreach (MemberSpec member in members)
        {
            string type = member.Type switch
            {
                MemberType.Boolean => "bool?",
                MemberType.Int32 => "int?",
                MemberType.Int64 => "long?",
                MemberType.Text => TypeEmitter.Cgr + "CgrText",
                MemberType.String => "string?",
                MemberType.Duration => TypeEmitter.Cgr + "CgrDuration?",
                _ => "global::System.DateTimeOffset?",
            };
            code.Line($"{type} {member.Local()} = default;");
        }

        code.Line($"{Reader} reader = new({input});");
    }

    /// <param name="code">Where to.</param>
    /// <param name="kind">Member or Field: which of the two name tables.</param>
    /// <param name="container">The object's name as a C# expression.</param>
    /// <param name="members">Names and how their values are read; null: as that of the next name.</param>
    private static void EmitWalk(CodeWriter code, string kind, string container, (string Name, Action<CodeWriter>? Read)[] members)
    {
        string name = kind == "Member" ? "name" : "fieldName";
        string index = kind == "Member" ? "member" : "field";
        using (code.Block($"if (reader.TryBeginObject({container}))"))
        using (code.Block($"while (reader.TryReadName(out {TypeEmitter.Bytes} {name}))"))
        {
            if (members.Length == 0)
            {
                code.Line("reader.SkipValue();");
                return;
            }

            code.Line($"int {index} = Find{kind}({name});");
            using (code.Block($"if ({index} < 0 && reader.NameIsEscaped)"))
            {
                code.Line($"{index} = FindEscaped{kind}({name});");
            }

            code.Line();
            using (code.Block($"switch ({index})"))
            {
                for (int i = 0; i < members.Length; i++)
                {
                    using (code.Indent($"case {i}:"))
                    {
                        if (members[i].Read is { } read)
                        {
                            read(code);
                            code.Line("break;");
                        }
                    }
                }

                using (code.Indent("default:"))
                {
                    code.Line("reader.SkipValue();");
                    code.Line("break;");
                }
            }
        }
    }

    private static Action<CodeWriter>? Read(MemberSpec member) => code =>
    {
        string method = (member.Type, member.Format) switch
        {
            (MemberType.Boolean, _) => "ReadBoolean",
            (MemberType.Text, _) => "ReadText",
            (MemberType.String, _) => "ReadString",
            (MemberType.Duration, MemberFormat.Seconds) => "ReadSeconds",
            (MemberType.Duration, _) => "ReadDuration",
            (MemberType.Time, _) => "ReadTime",
            _ => "ReadInteger",
        };
        string scratch = member.Type == MemberType.Text ? "scratch, " : "";
        code.Line($"reader.{method}(\"{member.WireName}\", {scratch}out {member.Local()});");
    };

    private static void EmitOutcome(CodeWriter code, string variable, SchemaType type, MemberSpec[] members)
    {
        code.Line();
        code.Line($"{Result} outcome = reader.Finish();");
        using (code.Block("if (!outcome.IsOk)"))
        {
            code.Line("return outcome;");
        }

        foreach (MemberSpec member in members.Where(member => member.IsRequired))
        {
            code.Line();
            string absent = member.Type == MemberType.Text ? $"!{member.Local()}.IsPresent" : $"{member.Local()} is null";
            using (code.Block($"if ({absent})"))
            {
                code.Line($"return reader.Missing(\"{member.WireName}\");");
            }
        }

        code.Line();
        code.Line($"{variable} = new {type.FullName}");
        code.Line("{");
        foreach (MemberSpec member in members)
        {
            string value = member switch
            {
                { Type: MemberType.Text } or { IsNullable: true } => member.Local(),
                { Type: MemberType.String } => $"{member.Local()} ?? \"\"",
                _ => member.Local() + ".GetValueOrDefault()",
            };
            code.Line($"    {member.Property} = {value},");
        }

        code.Line("};");
        code.Line("return outcome;");
    }

    /// <summary>The index of a name: exactly as declared first, then whatever its case, as the engine matches names.</summary>
    private static void EmitFind(CodeWriter code, string kind, string[] names)
    {
        if (names.Length == 0)
        {
            return;
        }

        code.Line();
        using (code.Block($"private static int Find{kind}({TypeEmitter.Bytes} name)"))
        {
            using (code.Block("switch (name.Length)"))
            {
                foreach (IGrouping<int, int> sameLength in Enumerable.Range(0, names.Length).GroupBy(i => names[i].Length).OrderBy(group => group.Key))
                {
                    using (code.Indent($"case {sameLength.Key}:"))
                    {
                        foreach (int i in sameLength)
                        {
                            code.Line($"if (global::System.MemoryExtensions.SequenceEqual(name, \"{names[i]}\"u8)) return {i};");
                        }

                        foreach (int i in sameLength)
                        {
                            code.Line($"if ({Reader}.NamesEqual(name, \"{names[i]}\"u8)) return {i};");
                        }

                        code.Line("break;");
                    }
                }
            }

            code.Line();
            code.Line("return -1;");
        }

        code.Line();
        using (code.Block($"private static int FindEscaped{kind}({TypeEmitter.Bytes} name)"))
        {
            code.Line($"global::System.Span<byte> plain = stackalloc byte[{names.Max(name => name.Length)}];");
            code.Line($"return {Reader}.TryUnescapeName(name, plain, out int length) ? Find{kind}(plain.Slice(0, length)) : -1;");
        }
    }
}
