namespace HotPath.Commands;

/// <summary>
/// A member beside <c>Event</c>: a request flag such as <c>GetMaxUsage</c>, <c>Tenant</c>, or a member of a result or object. On a property of type
/// <see cref="CgrVariables"/>, without a name: the values of the set stand there, each under its own; numbers are written as booleans.
/// </summary>
/// <param name="name">Name on the wire.</param>
[AttributeUsage(AttributeTargets.Property)]
public class CgrMemberAttribute(string name = "") : Attribute
{
    /// <summary>Name on the wire.</summary>
    public string Name { get; } = name;

    /// <summary>How the value is written and read; by default what the member's type says.</summary>
    public CgrFormat Format { get; set; }

    /// <summary>What becomes of the member in the pre-rc8 dialect.</summary>
    public CgrCompat Compat { get; set; }

    /// <summary>How the value is written and read in the pre-rc8 dialect; by default as <see cref="Format"/> says, flags as <see cref="CgrFormat.Number"/>.</summary>
    public CgrFormat CompatFormat { get; set; }

    /// <summary>A request without a required member is not valid: the server-side reader says so.</summary>
    public bool Required { get; set; }

    /// <summary>
    /// A value of the same name in the set of variables that stands at the same place is written instead of the member. Otherwise the
    /// member, if it is written, keeps such a value out.
    /// </summary>
    public bool Yields { get; set; }
}

/// <summary>
/// A member of the <c>Event</c> object of a session command, such as <c>OriginID</c> or <c>AnswerTime</c>. On a property of type
/// <see cref="CgrVariables"/>, without a name: the values of the set stand there, each under its own, as they were set.
/// </summary>
/// <param name="name">Name on the wire.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class CgrFieldAttribute(string name = "") : CgrMemberAttribute(name);
