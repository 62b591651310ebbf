namespace HotPath.Generators;

/// <summary>How generated code speaks of a member.</summary>
internal static class MemberCode
{
    /// <summary>The JSON in front of the value; variables bring their own.</summary>
    public static string Prefix(this MemberSpec member) => member.Type == MemberType.Variables ? "" : $"\"{member.WireName}\":{(member.IsQuoted() ? "\"" : "")}";

    /// <summary>The condition under which the member is written, by which its <see cref="Local"/> gets its value; null: always.</summary>
    public static string? PresenceTest(this MemberSpec member)
    {
        string? test = member.SetTest();
        if (member.YieldsTo is null)
        {
            return test;
        }

        string isFree = $"this.{member.YieldsTo}?.MaskOf(\"{member.WireName}\"u8) is null or 0";
        return test is null ? isFree : $"{test} && {isFree}";
    }

    /// <summary>The condition under which the member has a value to write, whoever else has one of its name; null: always.</summary>
    public static string? SetTest(this MemberSpec member) => member.Type switch
    {
        MemberType.Variables => $"this.{member.Property} is {{ Count: > 0 }} {member.Local()}",
        MemberType.Text => $"this.{member.Property}.IsPresent",
        MemberType.String => $"this.{member.Property} is not null",
        _ when member.IsNullable => $"this.{member.Property} is {{ }} {member.Local()}",
        MemberType.Boolean => $"this.{member.Property}",
        _ => null,
    };

    /// <summary>The value to write, where <see cref="PresenceTest"/> holds.</summary>
    public static string Value(this MemberSpec member) =>
        member.Type == MemberType.Variables || (member.IsNullable && member.Type != MemberType.String) ? member.Local() : "this." + member.Property;

    /// <summary>The local variable of the member. No name in the generated methods ends so.</summary>
    public static string Local(this MemberSpec member)
    {
        string name = member.Property.TrimStart('@');
        return char.ToLowerInvariant(name[0]) + name.Substring(1) + "Value";
    }

    private static bool IsQuoted(this MemberSpec member) =>
        member.Type is MemberType.Text or MemberType.String || member.Format is MemberFormat.UnixSeconds or MemberFormat.SecondsText;
}
