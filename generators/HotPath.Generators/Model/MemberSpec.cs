namespace HotPath.Generators;

/// <summary>One member of a command or reply. Compared by value; holds nothing of the compilation.</summary>
/// <param name="Property">Name of the property.</param>
/// <param name="WireName">Name on the wire: printable ASCII that needs no escaping; empty for a set of variables.</param>
/// <param name="Type">What the property holds.</param>
/// <param name="IsNullable">The property may be null.</param>
/// <param name="Format">How the value stands on the wire.</param>
/// <param name="IsRequired">A request without it is not valid.</param>
/// <param name="IsField">It is a member of the event object.</param>
/// <param name="Compat">What becomes of it in the pre-rc8 dialect.</param>
/// <param name="CompatFormat">How the value stands on the wire there.</param>
/// <param name="ObjectType">The struct marked [CgrObject] that it is, or is a list of; null: it is neither.</param>
/// <param name="HasDefault">The property has an initializer: what it says stands where the wire says nothing.</param>
/// <param name="YieldsTo">The properties with the variables that win over it; none: it wins.</param>
internal sealed record MemberSpec(
    string Property,
    string WireName,
    MemberType Type,
    bool IsNullable,
    MemberFormat Format,
    bool IsRequired,
    bool IsField,
    MemberCompat Compat,
    MemberFormat CompatFormat,
    string? ObjectType,
    bool HasDefault,
    EquatableArray<string> YieldsTo);

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
    Decimal,
    Texts,
    Object,
    Objects,
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
    WholeSeconds,
    Number,
    Rfc3339,
    RawJson,
}

/// <summary><c>HotPath.Commands.CgrCompat</c>, value for value.</summary>
internal enum MemberCompat : byte
{
    Member,
    Implied,
    WholeResult,
}
