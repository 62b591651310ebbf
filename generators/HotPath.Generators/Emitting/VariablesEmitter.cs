namespace HotPath.Generators;

/// <summary>Which values of a set of variables stay out: those whose name is that of a member that is written and does not yield.</summary>
internal static class VariablesEmitter
{
    /// <summary>Beside the event numbers are flags; in it they are numbers.</summary>
    public static string Kind(MemberSpec variables) => variables.IsField ? "Variables" : "Options";

    /// <summary>The values that stay out, as a C# expression.</summary>
    public static string Hidden(MemberSpec variables) => $"Hidden{Kind(variables)}({variables.Value()})";

    /// <param name="code">Where to.</param>
    /// <param name="members">The members of one object.</param>
    /// <param name="objectName">The object that stands beside them; null: there is none.</param>
    public static void Emit(CodeWriter code, MemberSpec[] members, string? objectName)
    {
        foreach (MemberSpec variables in members.Where(member => member.Type == MemberType.Variables))
        {
            code.Line();
            using (code.Block($"private ulong Hidden{Kind(variables)}({TypeEmitter.Cgr}CgrVariables variables)"))
            {
                code.Line($"ulong hidden = {(objectName is null ? "0" : Mask(objectName))};");
                foreach (MemberSpec member in members.Where(member => member.Type != MemberType.Variables && member.YieldsTo is null))
                {
                    code.Line(member.SetTest() is { } test
                        ? $"if ({test}) hidden |= {Mask(member.WireName)};"
                        : $"hidden |= {Mask(member.WireName)};");
                }

                code.Line("return hidden;");
            }
        }
    }

    private static string Mask(string name) => $"variables.MaskOf(\"{name}\"u8)";
}
