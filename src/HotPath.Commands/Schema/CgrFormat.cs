namespace HotPath.Commands;

/// <summary>How a value stands on the wire.</summary>
public enum CgrFormat : byte
{
    /// <summary>What the member's type says: text as a string, <see cref="bool"/> as true/false, <see cref="long"/> as a number.</summary>
    Default,

    /// <summary>A <see cref="DateTimeOffset"/> as a string of whole unix seconds, <c>"1795205803"</c> (facts: cgrates-module.md §2).</summary>
    UnixSeconds,

    /// <summary>A <see cref="CgrDuration"/> as a string of seconds with unit, <c>"12s"</c>, with a fraction if there is one (facts: cgrates-module.md §2).</summary>
    SecondsText,

    /// <summary>A <see cref="CgrDuration"/> as an integer number of nanoseconds.</summary>
    Nanoseconds,

    /// <summary>A <see cref="CgrDuration"/> as a number of seconds that may have a fraction (the <c>…WithDigest</c> replies).</summary>
    Seconds,

    /// <summary>A <see cref="CgrDuration"/> as an integer number of seconds, rounded down (replies of the pre-rc8 dialect); -1 is no limit. A fraction is read too.</summary>
    WholeSeconds,

    /// <summary>A <see cref="bool"/> as 1 or 0.</summary>
    Number,

    /// <summary>A <see cref="DateTimeOffset"/> as the engine writes it, <c>"2018-01-07T17:00:10Z"</c>, with a fraction if there is one.</summary>
    Rfc3339,

    /// <summary>Text that is JSON itself and stands there as it is. What is not one JSON value is written as <c>null</c>.</summary>
    RawJson,
}
