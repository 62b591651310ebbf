namespace HotPath.Generators;

/// <summary>One member of a command or reply. Compared by value; holds nothing of the compilation.</summary>
/// <param name="Property">Name of the property.</param>
/// <param name="WireName">Name on the wire: printable ASCII that needs no escaping; empty for a set of variables.</param>
/// <param name="Type">What the property holds.</param>
/// <param name="IsNullable">The property is a <c>Nullable&lt;T&gt;</c>.</param>
/// <param name="Format">How the value stands on the wire.</param>
/// <param name="IsRequired">A request without it is not valid.</param>
/// <param name="IsField">It is a member of the event object.</param>
/// <param name="YieldsTo">The property with the variables that win over it; null: it wins.</param>
internal sealed record MemberSpec(
    string Property,
    string WireName,
    MemberType Type,
    bool IsNullable,
    MemberFormat Format,
    bool IsRequired,
    bool IsField,
    string? YieldsTo);

/// <summary>The types a member may have.</summary>
internal enum MemberType
{
    Boolean,
    Int32,
    Int64,
    Text,
    String,
    Duration,
    Time,
    Variables,
}

/// <summary><c>HotPath.Commands.CgrFormat</c>, value for value.</summary>
internal enum MemberFormat : byte
{
    Default,
    UnixSeconds,
    SecondsText,
    Nanoseconds,
    Seconds,
}
