namespace HotPath.Generators;

/// <summary><c>WriteTo</c>: the plain <c>Utf8JsonWriter</c> form, which says what <c>Encode</c> has to write.</summary>
internal static class WriteToEmitter
{
    private const string Writer = TypeEmitter.Cgr + "CgrWriter";

    public static void Emit(CodeWriter code, Layout current, Layout? compat)
    {
        code.Line("/// <inheritdoc/>");
        using (code.Block($"public void WriteTo(global::System.Text.Json.Utf8JsonWriter writer, {TypeEmitter.Cgr}CgrDialect dialect)"))
        {
            if (compat is not null)
            {
                using (code.Block($"if (dialect == {TypeEmitter.Cgr}CgrDialect.PreRc8)"))
                {
                    code.Line("WritePreRc8To(writer);");
                    code.Line("return;");
                }

                code.Line();
            }

            EmitLayout(code, current);
        }

        if (compat is not null)
        {
            code.Line();
            using (code.Block("private void WritePreRc8To(global::System.Text.Json.Utf8JsonWriter writer)"))
            {
                EmitLayout(code, compat);
            }
        }
    }

    /// <summary>The same for an object in a command or reply.</summary>
    public static void EmitObject(CodeWriter code, Layout layout)
    {
        code.Line("/// <inheritdoc/>");
        using (code.Block("public void WriteTo(global::System.Text.Json.Utf8JsonWriter writer)"))
        {
            EmitLayout(code, layout);
        }
    }

    private static void EmitLayout(CodeWriter code, Layout layout)
    {
        if (layout.Whole is not null)
        {
            EmitWhole(code, layout.Whole);
            return;
        }

        code.Line("writer.WriteStartObject();");
        EmitMembers(code, layout.Members);
        if (layout.EventName is not null)
        {
            code.Line($"writer.WriteStartObject(\"{layout.EventName}\"u8);");
            EmitMembers(code, layout.Fields);
            code.Line("writer.WriteEndObject();");
        }

        code.Line("writer.WriteEndObject();");
    }

    private static void EmitWhole(CodeWriter code, MemberSpec member)
    {
        if (member.PresenceTest() is not { } test)
        {
            code.Line(Write(member));
            return;
        }

        using (code.Block($"if ({test})"))
        {
            code.Line(Write(member));
        }

        using (code.Block("else"))
        {
            code.Line($"writer.WriteRawValue(\"{member.WhenAbsent()}\"u8, skipInputValidation: true);");
        }
    }

    private static void EmitMembers(CodeWriter code, MemberSpec[] members)
    {
        foreach (MemberSpec member in members)
        {
            if (member.PresenceTest() is not { } test)
            {
                EmitMember(code, member);
                continue;
            }

            using (code.Block($"if ({test})"))
            {
                EmitMember(code, member);
            }

            code.Line();
        }
    }

    private static void EmitMember(CodeWriter code, MemberSpec member)
    {
        if (member.Type == MemberType.Variables)
        {
            code.Line($"{Writer}.Write{VariablesEmitter.Kind(member)}(writer, {member.Value()}, {VariablesEmitter.Hidden(member)});");
            return;
        }

        code.Line($"writer.WritePropertyName(\"{member.WireName}\"u8);");
        code.Line(Write(member));
    }

    private static string Write(MemberSpec member)
    {
        string value = member.Value();
        return (member.Type, member.Format) switch
        {
            (_, MemberFormat.RawJson) => $"{Writer}.WriteRawJson(writer, {value});",
            (MemberType.Text or MemberType.String, _) => $"{Writer}.WriteText(writer, {value});",
            (MemberType.Boolean, MemberFormat.Number) => $"writer.WriteNumberValue({value} ? 1 : 0);",
            (MemberType.Boolean, _) => $"writer.WriteBooleanValue({value});",
            (_, MemberFormat.UnixSeconds) => $"{Writer}.WriteUnixSeconds(writer, {value});",
            (_, MemberFormat.Rfc3339) => $"{Writer}.WriteRfc3339(writer, {value});",
            (MemberType.Texts, _) => $"{Writer}.WriteTexts(writer, {value});",
            (MemberType.Object, _) => $"{value}.WriteTo(writer);",
            (MemberType.Objects, _) => $"{Writer}.WriteObjects(writer, {value});",
            (_, MemberFormat.SecondsText) => $"{Writer}.WriteSecondsText(writer, {value});",
            (_, MemberFormat.Seconds) => $"{Writer}.WriteSeconds(writer, {value});",
            (_, MemberFormat.WholeSeconds) => $"{Writer}.WriteWholeSeconds(writer, {value});",
            (MemberType.Duration, _) => $"writer.WriteNumberValue({value}.Nanoseconds);",
            _ => $"writer.WriteNumberValue({value});",
        };
    }
}
