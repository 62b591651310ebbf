namespace HotPath.Generators;

/// <summary>The other part of a reply: <c>ICgrReply</c>.</summary>
internal static class ReplyEmitter
{
    public static string Emit(ReplySpec reply)
    {
        string contract = $"{TypeEmitter.Cgr}ICgrReply<{reply.Type.FullName}>";
        return TypeEmitter.Emit(reply.Type, contract, code =>
        {
            if (reply.Text is not null)
            {
                EmitText(code, reply.Type, reply.Text);
                return;
            }

            Layout current = Layout.Current(reply);
            Layout? compat = Layout.PreRc8(reply);
            ReadEmitter.EmitReply(code, reply.Type, current, compat);
            code.Line();
            EncodeEmitter.Emit(code, current, compat);
            code.Line();
            WriteToEmitter.Emit(code, current, compat);
        });
    }

    private static void EmitText(CodeWriter code, SchemaType type, string text)
    {
        code.Line("/// <inheritdoc/>");
        using (code.Block($"public static {TypeEmitter.Cgr}CgrReadResult TryRead({TypeEmitter.Bytes} result, {TypeEmitter.Cgr}CgrDialect dialect, out {type.FullName} reply)"))
        {
            code.Line("reply = default;");
            code.Line($"{TypeEmitter.Cgr}CgrReader reader = new(result);");
            code.Line($"reader.ReadConstant(\"{text}\"u8);");
            code.Line("return reader.Finish();");
        }

        code.Line();
        code.Line("/// <inheritdoc/>");
        code.Line($"public void Encode(global::System.Buffers.IBufferWriter<byte> output, {TypeEmitter.Cgr}CgrDialect dialect) =>");
        code.Line($"    global::System.Buffers.BuffersExtensions.Write(output, \"\\\"{text}\\\"\"u8);");
        code.Line();
        code.Line("/// <inheritdoc/>");
        code.Line($"public void WriteTo(global::System.Text.Json.Utf8JsonWriter writer, {TypeEmitter.Cgr}CgrDialect dialect) =>");
        code.Line($"    writer.WriteStringValue(\"{text}\"u8);");
    }
}
