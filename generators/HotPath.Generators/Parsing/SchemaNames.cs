namespace HotPath.Generators;

/// <summary>Names of what schemas are declared with.</summary>
internal static class SchemaNames
{
    public const string Namespace = "HotPath.Commands";
    public const string CommandAttribute = Namespace + ".CgrCommandAttribute";
    public const string ReplyAttribute = Namespace + ".CgrReplyAttribute";
    public const string ObjectAttribute = Namespace + ".CgrObjectAttribute";
    public const string ResultAttribute = Namespace + ".CgrResultAttribute";
    public const string MemberAttribute = Namespace + ".CgrMemberAttribute";
    public const string FieldAttribute = Namespace + ".CgrFieldAttribute";
    public const string Text = Namespace + ".CgrText";
    public const string Duration = Namespace + ".CgrDuration";
    public const string Variables = Namespace + ".CgrVariables";
    public const string Time = "System.DateTimeOffset";
}
