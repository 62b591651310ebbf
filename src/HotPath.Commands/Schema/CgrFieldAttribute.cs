namespace HotPath.Commands;

/// <summary>
/// A member of the <c>Event</c> object of a session command, such as <c>OriginID</c> or <c>AnswerTime</c>. On a property of type
/// <see cref="CgrVariables"/>, without a name: the values of the set stand there, each under its own, as they were set.
/// </summary>
/// <param name="name">Name on the wire.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class CgrFieldAttribute(string name = "") : CgrPlaceAttribute(name);
