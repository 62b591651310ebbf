namespace HotPath.Commands;

/// <summary>What becomes of a member in the pre-rc8 dialect (<see cref="CgrDialect.PreRc8"/>).</summary>
public enum CgrCompat : byte
{
    /// <summary>It is a member there as well, in <see cref="CgrPlaceAttribute.CompatFormat"/>.</summary>
    Member,

    /// <summary>A request flag that the method itself implies: never written, read as set.</summary>
    Implied,

    /// <summary>The whole result of the command is this member's value, and there are no other members.</summary>
    WholeResult,
}
