namespace HotPath.Commands;

/// <summary>Why a variable was not set.</summary>
public enum CgrVariableError : byte
{
    /// <summary>It was.</summary>
    None,

    /// <summary>The name is absent, empty or longer than <see cref="CgrVariables.MaxNameLength"/>.</summary>
    InvalidName,

    /// <summary>Raw JSON is not one JSON value, or not valid Unicode.</summary>
    InvalidJson,

    /// <summary>Raw JSON nests deeper than <see cref="CgrVariables.MaxRawDepth"/>.</summary>
    TooDeep,

    /// <summary>The set has <see cref="CgrVariables.MaxCount"/> values of other names.</summary>
    TooMany,

    /// <summary>The set would take more than <see cref="CgrVariables.MaxLength"/> bytes on the wire.</summary>
    TooLong,
}

/// <summary>The outcome of setting a variable: success, or why not, and then the set is as it was.</summary>
/// <param name="Error">Why not.</param>
/// <param name="Offset">Of raw JSON, the byte in its UTF-8 form at which the mistake was noticed; else 0.</param>
public readonly record struct CgrVariableResult(CgrVariableError Error, int Offset = 0)
{
    /// <summary>The variable was set or removed.</summary>
    public bool IsOk => Error == CgrVariableError.None;

    /// <summary>Success.</summary>
    public static CgrVariableResult Ok => default;

    /// <summary>One line for a log.</summary>
    public override string ToString() => Error switch
    {
        CgrVariableError.None => "ok",
        CgrVariableError.InvalidJson or CgrVariableError.TooDeep => $"{Error} at byte {Offset}",
        _ => Error.ToString(),
    };
}
