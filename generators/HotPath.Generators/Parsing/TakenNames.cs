namespace HotPath.Generators;

/// <summary>Names of the members that the generator adds to a type: no other member can have them.</summary>
internal static class TakenNames
{
    public static readonly string[] OfReply =
    [
        "Encode", "EncodeTo", "EncodePreRc8To", "WriteTo", "WritePreRc8To", "TryRead", "TryReadPreRc8", "FindMember", "FindEscapedMember",
    ];

    public static readonly string[] OfObject = ["Read", "EncodeTo", "WriteTo", "FindMember", "FindEscapedMember"];

    public static readonly string[] OfCommand =
    [
        "Repeat", "GetMethod", "IsMethod", "Encode", "EncodeTo", "WriteTo", "TryReadRequest",
        "FindMember", "FindEscapedMember", "FindField", "FindEscapedField", "HiddenOptions", "HiddenVariables",
    ];

    public static readonly string[] OfCommandWithCompat =
    [
        .. OfCommand, "EncodePreRc8To", "WritePreRc8To", "TryReadPreRc8Request", "FindFlatMember", "FindEscapedFlatMember",
        "HiddenOptionsOfPreRc8", "HiddenVariablesOfPreRc8",
    ];
}
