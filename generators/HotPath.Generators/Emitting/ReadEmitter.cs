namespace HotPath.Generators;

/// <summary>The readers: one forward walk, a switch on the name's length, values into locals, the struct at the end.</summary>
internal static class ReadEmitter
{
    private const string Result = TypeEmitter.Cgr + "CgrReadResult";
    private const string Reader = TypeEmitter.Cgr + "CgrReader";

    /// <summary>Requests of rc8 and before wrap everything but the flags into this object.</summary>
    private const string WrapperName = "CGREvent";

    private const string UsualEventName = "Event";

    public static void EmitReply(CodeWriter code, SchemaType type, Layout current, Layout? compat)
    {
        const string Parameters = $"{TypeEmitter.Bytes} result";
        code.Line("/// <inheritdoc/>");
        using (code.Block($"public static {Result} TryRead({Parameters}, {TypeEmitter.Cgr}CgrDialect dialect, out {type.FullName} reply)"))
        {
            EmitChoice(code, compat, "TryReadPreRc8(result, out reply)");
            EmitReplyBody(code, type, current);
        }

        EmitFind(code, "Member", NamesOf(current.Members));
        if (compat is not null)
        {
            code.Line();
            using (code.Block($"private static {Result} TryReadPreRc8({Parameters}, out {type.FullName} reply)"))
            {
                EmitReplyBody(code, type, compat);
            }
        }
    }

    public static void EmitRequest(CodeWriter code, SchemaType type, Layout current, Layout? compat)
    {
        const string Parameters = $"{TypeEmitter.Bytes} parameters";
        const string Scratch = $"{TypeEmitter.Cgr}CgrScratch scratch";
        (string Name, Action<CodeWriter>? Read)[] members = MembersOfRequest(current);
        code.Line("/// <inheritdoc/>");
        using (code.Block($"public static {Result} TryReadRequest({Parameters}, {TypeEmitter.Cgr}CgrDialect dialect, {Scratch}, out {type.FullName} command)"))
        {
            EmitChoice(code, compat, "TryReadPreRc8Request(parameters, scratch, out command)");
            EmitRequestBody(code, "Member", type, current, members);
        }

        EmitFind(code, "Member", current.All.Length == 0 ? [] : [.. members.Select(each => each.Name)]);
        if (current.EventName is not null)
        {
            EmitFind(code, "Field", NamesOf(current.Fields));
        }

        if (compat is not null)
        {
            (string Name, Action<CodeWriter>? Read)[] flat = MembersOf(compat);
            code.Line();
            using (code.Block($"private static {Result} TryReadPreRc8Request({Parameters}, {Scratch}, out {type.FullName} command)"))
            {
                EmitRequestBody(code, "FlatMember", type, compat, flat);
            }

            EmitFind(code, "FlatMember", NamesOf(compat.Members));
        }
    }

    private static void EmitReplyBody(CodeWriter code, SchemaType type, Layout layout)
    {
        code.Line("reply = default;");
        EmitLocals(code, layout.All);
        code.Line($"{Reader} reader = new(result);");
        if (layout.Whole is not null)
        {
            EmitRead(code, layout.Whole);
        }
        else
        {
            EmitWalk(code, "Member", "null", MembersOf(layout));
        }

        EmitOutcome(code, "reply", type, layout);
    }

    private static void EmitRequestBody(CodeWriter code, string kind, SchemaType type, Layout layout, (string Name, Action<CodeWriter>? Read)[] members)
    {
        code.Line("command = default;");
        EmitLocals(code, layout.All);
        code.Line($"{Reader} reader = new(parameters);");
        if (layout.All.Length == 0)
        {
            // Engines send any value at all to a command that says nothing.
            code.Line("reader.SkipValue();");
        }
        else
        {
            EmitWalk(code, kind, "null", members);
        }

        EmitOutcome(code, "command", type, layout);
    }

    private static (string Name, Action<CodeWriter>? Read)[] MembersOf(Layout layout) => [.. layout.Members.Select(member => (member.WireName, (Action<CodeWriter>?)(code => EmitRead(code, member))))];

    /// <summary>The members of a request in the current dialect, with the objects that hold its fields.</summary>
    private static (string Name, Action<CodeWriter>? Read)[] MembersOfRequest(Layout layout)
    {
        List<(string Name, Action<CodeWriter>? Read)> members = [.. MembersOf(layout)];
        if (layout.EventName is { } eventName)
        {
            (string, Action<CodeWriter>?)[] fields = [.. layout.Fields.Select(field => (field.WireName, (Action<CodeWriter>?)(code => EmitRead(code, field))))];
            if (eventName != UsualEventName)
            {
                members.Add((UsualEventName, null));
            }

            members.Add((eventName, code => EmitWalk(code, "Field", $"\"{eventName}\"", fields)));
        }

        members.Add((WrapperName, code => code.Line($"reader.Flatten(\"{WrapperName}\");")));
        return [.. members];
    }

    private static string[] NamesOf(MemberSpec[] members) => [.. members.Select(member => member.WireName)];

    public static void EmitObject(CodeWriter code, SchemaType type, Layout layout)
    {
        code.Line("/// <inheritdoc/>");
        using (code.Block($"public static void Read(ref {Reader} reader, string container, out {type.FullName}? value)"))
        {
            code.Line("value = default;");
            EmitLocals(code, layout.All);
            using (code.Block("if (!reader.TryBeginObject(container))"))
            {
                code.Line("return;");
            }

            code.Line();
            EmitMembers(code, "Member", MembersOf(layout));
            code.Line();
            EmitNew(code, "value", type, layout);
        }

        EmitFind(code, "Member", NamesOf(layout.Members));
    }

    private static void EmitChoice(CodeWriter code, Layout? compat, string readPreRc8)
    {
        if (compat is not null)
        {
            using (code.Block($"if (dialect == {TypeEmitter.Cgr}CgrDialect.PreRc8)"))
            {
                code.Line($"return {readPreRc8};");
            }

            code.Line();
        }
    }

    private static void EmitLocals(CodeWriter code, MemberSpec[] members)
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
                MemberType.Decimal => "decimal?",
                MemberType.Texts => "string[]?",
                MemberType.Object => member.ObjectType + "?",
                MemberType.Objects => member.ObjectType + "[]?",
                _ => "global::System.DateTimeOffset?",
            };
            code.Line($"{type} {member.Local()} = default;");
        }
    }

    /// <param name="code">Where to.</param>
    /// <param name="kind">Which of the tables of names.</param>
    /// <param name="container">The object's name as a C# expression.</param>
    /// <param name="members">Names and how their values are read; null: as that of the next name.</param>
    private static void EmitWalk(CodeWriter code, string kind, string container, (string Name, Action<CodeWriter>? Read)[] members)
    {
        using (code.Block($"if (reader.TryBeginObject({container}))"))
        {
            EmitMembers(code, kind, members);
        }
    }

    private static void EmitMembers(CodeWriter code, string kind, (string Name, Action<CodeWriter>? Read)[] members)
    {
        string name = kind == "Field" ? "fieldName" : "name";
        string index = kind == "Field" ? "field" : "member";
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

    private static void EmitRead(CodeWriter code, MemberSpec member)
    {
        if (member.Format == MemberFormat.RawJson)
        {
            code.Line($"reader.ReadRawJson(out {member.Local()});");
            return;
        }

        string method = (member.Type, member.Format) switch
        {
            (MemberType.Decimal, _) => "ReadDecimal",
            (MemberType.Texts, _) => "ReadTexts",
            (MemberType.Object, _) => "ReadObject",
            (MemberType.Objects, _) => "ReadObjects",
            (MemberType.Boolean, _) => "ReadBoolean",
            (MemberType.Text, _) => "ReadText",
            (MemberType.String, _) => "ReadString",
            (MemberType.Duration, MemberFormat.Seconds or MemberFormat.WholeSeconds) => "ReadSeconds",
            (MemberType.Duration, _) => "ReadDuration",
            (MemberType.Time, _) => "ReadTime",
            _ => "ReadInteger",
        };
        string scratch = member.Type == MemberType.Text ? "scratch, " : "";
        code.Line($"reader.{method}(\"{member.WireName}\", {scratch}out {member.Local()});");
    }

    private static void EmitOutcome(CodeWriter code, string variable, SchemaType type, Layout layout)
    {
        code.Line();
        code.Line($"{Result} outcome = reader.Finish();");
        using (code.Block("if (!outcome.IsOk)"))
        {
            code.Line("return outcome;");
        }

        foreach (MemberSpec member in layout.All.Where(member => member.IsRequired))
        {
            code.Line();
            string absent = member.Type == MemberType.Text ? $"!{member.Local()}.IsPresent" : $"{member.Local()} is null";
            using (code.Block($"if ({absent})"))
            {
                code.Line($"return reader.Missing(\"{member.WireName}\");");
            }
        }

        code.Line();
        EmitNew(code, variable, type, layout);
        code.Line("return outcome;");
    }

    private static void EmitNew(CodeWriter code, string variable, SchemaType type, Layout layout)
    {
        if (layout.All.Any(member => member.HasDefault))
        {
            code.Line($"{type.FullName} initial = new();");
        }

        code.Line($"{variable} = new {type.FullName}");
        code.Line("{");
        foreach (MemberSpec member in layout.All)
        {
            string value = member switch
            {
                { HasDefault: true, Type: MemberType.Text } => $"{member.Local()}.IsPresent ? {member.Local()} : initial.{member.Property}",
                { HasDefault: true } => $"{member.Local()} ?? initial.{member.Property}",
                { Type: MemberType.Text } or { IsNullable: true } => member.Local(),
                { Type: MemberType.String } => $"{member.Local()} ?? \"\"",
                _ when member.IsReference() => $"{member.Local()} ?? []",
                _ => member.Local() + ".GetValueOrDefault()",
            };
            code.Line($"    {member.Property} = {value},");
        }

        foreach (MemberSpec flag in layout.Implied)
        {
            code.Line($"    {flag.Property} = true,");
        }

        code.Line("};");
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
