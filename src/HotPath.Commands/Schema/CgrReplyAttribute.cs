namespace HotPath.Commands;

/// <summary>
/// Declares the result of a command: a <c>partial struct</c> whose members carry <see cref="CgrMemberAttribute"/>, or whose one
/// member carries <see cref="CgrResultAttribute"/>.
/// The generator writes its reader (client side) and its writer (server side).
/// </summary>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class CgrReplyAttribute : Attribute
{
    /// <summary>
    /// The result is this text and nothing else, as in <c>"result":"OK"</c>; the struct then has no members. Anything else that an
    /// engine sends is <see cref="CgrReadError.WrongType"/>.
    /// </summary>
    public string? Text { get; set; }
}
