namespace HotPath.Commands;

/// <summary>Why a JSON value could not be read into a schema.</summary>
public enum CgrReadError : byte
{
    /// <summary>It could.</summary>
    None,

    /// <summary>Not JSON, or cut short.</summary>
    InvalidJson,

    /// <summary>A value of another type than the schema's, or out of its range.</summary>
    WrongType,

    /// <summary>A required member is absent or null.</summary>
    MissingMember,

    /// <summary>Deeper than <see cref="CgrJson.MaxDepth"/>.</summary>
    TooDeep,

    /// <summary>More list elements than <see cref="CgrJson.MaxElements"/>.</summary>
    TooMany,
}

/// <summary>The outcome of reading: success, or what was wrong and where.</summary>
/// <param name="Error">What was wrong.</param>
/// <param name="Offset">Byte offset in the input at which it was noticed.</param>
/// <param name="Member">The schema member concerned, by its wire name, if one is.</param>
public readonly record struct CgrReadResult(CgrReadError Error, int Offset, string? Member)
{
    /// <summary>The value was read.</summary>
    public bool IsOk => Error == CgrReadError.None;

    /// <summary>Success.</summary>
    public static CgrReadResult Ok => default;

    /// <summary>One line for a log or an error reply: what, where.</summary>
    public override string ToString() => IsOk ? "ok" : Member is null ? $"{Error} at byte {Offset}" : $"{Error} at byte {Offset}, member {Member}";
}
