namespace HotPath.Commands;

/// <summary>
/// A member beside <c>Event</c>: a request flag such as <c>GetMaxUsage</c>, <c>Tenant</c>, or a member of a result or object. On a property of type
/// <see cref="CgrVariables"/>, without a name: the values of the set stand there, each under its own; numbers are written as booleans.
/// </summary>
/// <param name="name">Name on the wire.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class CgrMemberAttribute(string name = "") : CgrPlaceAttribute(name);
