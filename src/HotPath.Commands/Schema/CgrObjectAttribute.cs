namespace HotPath.Commands;

/// <summary>
/// Declares an object that stands in commands and replies: a <c>partial struct</c> whose members carry <see cref="CgrMemberAttribute"/>.
/// A member of a command or reply may then be of that type, nullable, or an array of it.
/// </summary>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class CgrObjectAttribute : Attribute;
