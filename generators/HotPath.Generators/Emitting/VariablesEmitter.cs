namespace HotPath.Generators;

/// <summary>Which values of a set of variables stay out: those whose name is that of a member that is written and does not yield.</summary>
internal static class VariablesEmitter
{
    /// <summary>Beside the event numbers are flags; in it, and in the flat object of the pre-rc8 dialect, they are numbers.</summary>
    public static string Kind(MemberSpec variables) => variables.IsField || IsFlat(variables) ? "Variables" : "Options";

    /// <summary>The values that stay out, as a C# expression.</summary>
    public static string Hidden(MemberSpec variables) => $"{Method(variables)}({variables.Value()})";

    public static void Emit(CodeWriter code, Layout layout)
    {
        Emit(code, layout.Members, layout.EventName);
        Emit(code, layout.Fields, objectName: null);
    }

    /// <param name="code">Where to.</param>
    /// <param name="members">The members of one object.</param>
    /// <param name="objectName">The object that stands beside them; null: there is none.</param>
    private static void Emit(CodeWriter code, MemberSpec[] members, string? objectName)
    {
        MemberSpec[] sets = [.. members.Where(member => member.Type == MemberType.Variables)];
        for (int i = 0; i < sets.Length; i++)
        {
            code.Line();
            using (code.Block($"private ulong {Method(sets[i])}({TypeEmitter.Cgr}CgrVariables variables)"))
            {
                code.Line($"ulong hidden = {(objectName is null ? "0" : Mask(objectName))};");
                foreach (MemberSpec member in members.Where(member => member.Type != MemberType.Variables && member.YieldsTo.Count == 0))
                {
                    code.Line(member.SetTest() is { } test
                        ? $"if ({test}) hidden |= {Mask(member.WireName)};"
                        : $"hidden |= {Mask(member.WireName)};");
                }

                // Where two sets stand in one object, the fields of the event win.
                foreach (MemberSpec other in sets.Skip(i + 1))
                {
                    code.Line($"if ({other.SetTest()}) hidden |= variables.MaskOfShared({other.Local()});");
                }

                code.Line("return hidden;");
            }
        }
    }

    private static string Method(MemberSpec variables) => $"Hidden{(variables.IsField ? "Variables" : "Options")}{(IsFlat(variables) ? "OfPreRc8" : "")}";

    /// <summary>The layout of the flat object says so by the format.</summary>
    private static bool IsFlat(MemberSpec variables) => variables.Format == MemberFormat.Number;

    private static string Mask(string name) => $"variables.MaskOf(\"{name}\"u8)";
}
