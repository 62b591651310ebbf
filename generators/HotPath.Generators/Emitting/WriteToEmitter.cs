namespace HotPath.Generators;

/// <summary><c>WriteTo</c>: the plain <c>Utf8JsonWriter</c> form, which says what <c>Encode</c> has to write.</summary>
internal static class WriteToEmitter
{
    private const string Writer = TypeEmitter.Cgr + "CgrWriter";

    public static void Emit(CodeWriter code, MemberSpec[] members, MemberSpec[] fields, string? eventName)
    {
        code.Line("/// <inheritdoc/>");
        using (code.Block($"public void WriteTo(global::System.Text.Json.Utf8JsonWriter writer, {TypeEmitter.Cgr}CgrDialect dialect)"))
        {
            code.Line("writer.WriteStartObject();");
            EmitMembers(code, members);
            if (eventName is not null)
            {
                code.Line($"writer.WriteStartObject(\"{eventName}\"u8);");
                EmitMembers(code, fields);
                code.Line("writer.WriteEndObject();");
            }

            code.Line("writer.WriteEndObject();");
        }
    }

    private static void EmitMembers(CodeWriter code, MemberSpec[] members)
    {
        foreach (MemberSpec member in members)
        {
            if (member.PresenceTest() is not { } test)
            {
                code.Line(Write(member));
                continue;
            }

            using (code.Block($"if ({test})"))
            {
                code.Line(Write(member));
            }

            code.Line();
        }
    }

    private static string Write(MemberSpec member)
    {
        if (member.Type == MemberType.Variables)
        {
            return $"{Writer}.Write{VariablesEmitter.Kind(member)}(writer, {member.Value()}, {VariablesEmitter.Hidden(member)});";
        }

        string arguments = $"\"{member.WireName}\"u8, {member.Value()}";
        return (member.Type, member.Format) switch
        {
            (MemberType.Text or MemberType.String, _) => $"{Writer}.WriteText(writer, {arguments});",
            (MemberType.Boolean, _) => $"writer.WriteBoolean({arguments});",
            (_, MemberFormat.UnixSeconds) => $"{Writer}.WriteUnixSeconds(writer, {arguments});",
            (_, MemberFormat.SecondsText) => $"{Writer}.WriteSecondsText(writer, {arguments});",
            (_, MemberFormat.Seconds) => $"{Writer}.WriteSeconds(writer, {arguments});",
            (MemberType.Duration, _) => $"writer.WriteNumber({arguments}.Nanoseconds);",
            _ => $"writer.WriteNumber({arguments});",
        };
    }
}
