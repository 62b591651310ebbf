namespace HotPath.Commands;

/// <summary>
/// Declares the result of a command: a <c>partial struct</c> whose members carry <see cref="CgrMemberAttribute"/>.
/// The generator writes its reader (client side) and its writer (server side).
/// </summary>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class CgrReplyAttribute : Attribute;
