namespace HotPath.Charging;

/// <summary>A piece of a call to rate.</summary>
internal readonly record struct RatingQuery
{
    public required string Tenant { get; init; }

    public required string Category { get; init; }

    public required string Subject { get; init; }

    /// <summary>The number called; empty or <c>*any</c>: rates for any destination only.</summary>
    public required string Destination { get; init; }

    /// <summary>Type of record: <c>*voice</c> is split by time, all others are not.</summary>
    public string ToR { get; init; } = Voice;

    /// <summary>When the piece starts, UTC.</summary>
    public required DateTime Start { get; init; }

    /// <summary>How much is used: nanoseconds for voice, else units.</summary>
    public required long Usage { get; init; }

    /// <summary>How much of the call was charged before this piece.</summary>
    public long UsedBefore { get; init; }

    /// <summary>The connect fee was charged before this piece.</summary>
    public bool IsContinued { get; init; }

    /// <summary>What the call has cost before this piece.</summary>
    public decimal CostBefore { get; init; }

    public const string Voice = "*voice";

    public RatingQuery()
    {
    }

    /// <summary>The call is charged by the time it takes.</summary>
    public bool IsVoice => ToR.Length == 0 || ToR == Voice;
}
