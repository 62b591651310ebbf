namespace HotPath.Commands;

/// <summary>
/// The value that is the whole result of a command, as in <c>"result":2</c> or <c>"result":[…]</c>: the only member of a reply.
/// <c>null</c> stands for a value that is not set.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class CgrResultAttribute() : CgrPlaceAttribute("result");
