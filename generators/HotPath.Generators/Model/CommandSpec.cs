namespace HotPath.Generators;

/// <summary>All that a command's declaration says. Compared by value; holds nothing of the compilation.</summary>
internal sealed record CommandSpec(
    SchemaType Type,
    string Method,
    string? Compat,
    EquatableArray<string> Aliases,
    string Repeat,
    string Reply,
    string EventName,
    EquatableArray<MemberSpec> Members);
