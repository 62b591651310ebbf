namespace HotPath.Generators;

/// <summary>All that a reply's declaration says. Compared by value; holds nothing of the compilation.</summary>
/// <param name="Type">Where it stands.</param>
/// <param name="Text">The constant text that the whole result is; null: an object of <paramref name="Members"/>.</param>
/// <param name="IsBare">The result is no object but the value of the one member.</param>
/// <param name="Members">The members of the result.</param>
internal sealed record ReplySpec(SchemaType Type, string? Text, bool IsBare, EquatableArray<MemberSpec> Members);
