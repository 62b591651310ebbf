namespace HotPath.Generators;

/// <summary>All that the declaration of an object says. Compared by value; holds nothing of the compilation.</summary>
/// <param name="Type">Where it stands.</param>
/// <param name="Members">Its members.</param>
internal sealed record ObjectSpec(SchemaType Type, EquatableArray<MemberSpec> Members);
