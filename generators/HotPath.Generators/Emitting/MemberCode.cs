namespace HotPath.Generators;

/// <summary>How generated code speaks of a member.</summary>
internal static class MemberCode
{
    /// <summary>The JSON of the name; variables bring their own.</summary>
    public static string NamePrefix(this MemberSpec member) => member.Type == MemberType.Variables ? "" : $"\"{member.WireName}\":";

    /// <summary>The quote in front of the value, if it has one.</summary>
    public static string Quote(this MemberSpec member) =>
        (member.Type is MemberType.Text or MemberType.String && member.Format != MemberFormat.RawJson)
        || member.Format is MemberFormat.UnixSeconds or MemberFormat.SecondsText or MemberFormat.Rfc3339 ? "\"" : "";

    /// <summary>The property holds a reference.</summary>
    public static bool IsReference(this MemberSpec member) => member.Type is MemberType.String or MemberType.Texts or MemberType.Objects;

    public static string True(this MemberSpec flag) => flag.Format == MemberFormat.Number ? "1" : "true";

    public static string False(this MemberSpec flag) => flag.Format == MemberFormat.Number ? "0" : "false";

    /// <summary>What stands for the value where it cannot be left out.</summary>
    public static string WhenAbsent(this MemberSpec member) => member is { Type: MemberType.Boolean, IsNullable: false } ? member.False() : "null";

    /// <summary>The condition under which the member is written, by which its <see cref="Local"/> gets its value; null: always.</summary>
    public static string? PresenceTest(this MemberSpec member)
    {
        string? test = member.SetTest();
        IEnumerable<string> isFree = member.YieldsTo.Select(variables => $"(this.{variables} is null || this.{variables}.MaskOf(\"{member.WireName}\"u8) == 0)");
        string[] tests = [.. test is null ? [] : new[] { test }, .. isFree];
        return tests.Length == 0 ? null : string.Join(" && ", tests);
    }

    /// <summary>The condition under which the member has a value to write, whoever else has one of its name; null: always.</summary>
    public static string? SetTest(this MemberSpec member) => member.Type switch
    {
        MemberType.Variables => $"this.{member.Property} is {{ Count: > 0 }} {member.Local()}",
        MemberType.Text => $"this.{member.Property}.IsPresent",
        MemberType.String or MemberType.Texts or MemberType.Objects => $"this.{member.Property} is not null",
        _ when member.IsNullable => $"this.{member.Property} is {{ }} {member.Local()}",
        MemberType.Boolean => $"this.{member.Property}",
        _ => null,
    };

    /// <summary>The value to write, where <see cref="PresenceTest"/> holds.</summary>
    public static string Value(this MemberSpec member) =>
        member.Type == MemberType.Variables || (member.IsNullable && !member.IsReference()) ? member.Local() : "this." + member.Property;

    /// <summary>The local variable of the member. No name in the generated methods ends so; no two members have the same.</summary>
    public static string Local(this MemberSpec member)
    {
        string name = member.Property.TrimStart('@');
        return name[0] is >= 'A' and <= 'Z' ? $"{char.ToLowerInvariant(name[0])}{name.Substring(1)}Value" : name + "Value_";
    }
}
