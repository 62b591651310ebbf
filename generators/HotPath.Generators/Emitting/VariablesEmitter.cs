namespace HotPath.Generators;

/// <summary>Which values of a set of variables stay out: those whose name is that of a member that is written and does not yield.</summary>
internal static class VariablesEmitter
{
    /// <summary>Beside an event numbers are flags; elsewhere they are numbers.</summary>
    public static string Kind(Layout layout, MemberSpec variables) => variables.IsField || layout.IsPreRc8 ? "Variables" : "Options";

    /// <summary>The values that stay out, as a C# expression.</summary>
    public static string Hidden(Layout layout, MemberSpec variables) => $"{Method(layout, variables)}({variables.Value()})";

    /// <summary>What the sets add to the length of what is written, as the rest of a C# sum.</summary>
    public static string Lengths(Layout layout) => string.Concat(
        layout.All.Where(member => member.Type == MemberType.Variables).Select(variables => $" + (this.{variables.Property}?.Length ?? 0)"));

    public static void Emit(CodeWriter code, Layout layout)
    {
        EmitObject(code, layout, layout.Members, layout.EventName);
        EmitObject(code, layout, layout.Fields, objectName: null);
    }

    /// <param name="code">Where to.</param>
    /// <param name="layout">Where all members stand.</param>
    /// <param name="members">The members of one object.</param>
    /// <param name="objectName">The object that stands beside them; null: there is none.</param>
    private static void EmitObject(CodeWriter code, Layout layout, MemberSpec[] members, string? objectName)
    {
        foreach (MemberSpec variables in members.Where(member => member.Type == MemberType.Variables))
        {
            code.Line();
            using (code.Block($"private ulong {Method(layout, variables)}({TypeEmitter.Cgr}CgrVariables variables)"))
            {
                code.Line($"ulong hidden = {(objectName is null ? "0" : Mask(objectName))};");
                foreach (MemberSpec member in members.Where(member => member.Type != MemberType.Variables && member.YieldsTo.Count == 0))
                {
                    code.Line(member.SetTest() is { } test
                        ? $"if ({test}) hidden |= {Mask(member.WireName)};"
                        : $"hidden |= {Mask(member.WireName)};");
                }

                // In one flat object both sets could hold a name: what is a field of the event elsewhere wins.
                foreach (MemberSpec other in members.Where(member => member.Type == MemberType.Variables && member.IsField && !variables.IsField))
                {
                    code.Line($"if (this.{other.Property} is not null) hidden |= variables.MaskOf(this.{other.Property});");
                }

                code.Line("return hidden;");
            }
        }
    }

    private static string Method(Layout layout, MemberSpec variables) => $"Hidden{(layout.IsPreRc8 ? "PreRc8" : "")}{variables.Property.TrimStart('@')}";

    private static string Mask(string name) => $"variables.MaskOf(\"{name}\"u8)";
}
