namespace HotPath.Generators;

/// <summary>The other part of an object: <c>ICgrObject</c>.</summary>
internal static class ObjectEmitter
{
    public static string Emit(ObjectSpec type)
    {
        string contract = $"{TypeEmitter.Cgr}ICgrObject<{type.Type.FullName}>";
        Layout layout = Layout.Of(type);
        return TypeEmitter.Emit(type.Type, contract, code =>
        {
            ReadEmitter.EmitObject(code, type.Type, layout);
            code.Line();
            EncodeEmitter.EmitObject(code, layout);
            code.Line();
            WriteToEmitter.EmitObject(code, layout);
        });
    }
}
