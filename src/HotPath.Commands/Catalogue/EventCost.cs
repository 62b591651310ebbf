namespace HotPath.Commands;

/// <summary>What an event costs, and why. Source: wire recordings 030-035.</summary>
[CgrObject]
public readonly partial struct EventCost
{
    /// <summary>The session's identity in the engine; empty for an event that has none.</summary>
    [CgrMember("CGRID")] public string? CgrId { get; init; }

    /// <summary>The billing run.</summary>
    [CgrMember("RunID")] public string? RunId { get; init; }

    /// <summary>When what is rated begins.</summary>
    [CgrMember("StartTime", Format = CgrFormat.Rfc3339)] public DateTimeOffset? StartTime { get; init; }

    /// <summary>The length that is paid for.</summary>
    [CgrMember("Usage", Format = CgrFormat.Nanoseconds)] public CgrDuration? Usage { get; init; }

    /// <summary>The price.</summary>
    [CgrMember("Cost")] public decimal? Cost { get; init; }

    /// <summary>How it comes about.</summary>
    [CgrMember("Charges")] public EventCharge[]? Charges { get; init; }

    /// <summary>The balances after it: a JSON object.</summary>
    [CgrMember("AccountSummary", Format = CgrFormat.RawJson)] public string? AccountSummary { get; init; }

    /// <summary>How each rating id was rounded and limited: a JSON object.</summary>
    [CgrMember("Rating", Format = CgrFormat.RawJson)] public string? Rating { get; init; }

    /// <summary>Which balance paid, by accounting id: a JSON object.</summary>
    [CgrMember("Accounting", Format = CgrFormat.RawJson)] public string? Accounting { get; init; }

    /// <summary>What was matched, by filter id: a JSON object.</summary>
    [CgrMember("RatingFilters", Format = CgrFormat.RawJson)] public string? RatingFilters { get; init; }

    /// <summary>Rates by rates id: a JSON object.</summary>
    [CgrMember("Rates", Format = CgrFormat.RawJson)] public string? Rates { get; init; }

    /// <summary>Timings by timing id: a JSON object.</summary>
    [CgrMember("Timings", Format = CgrFormat.RawJson)] public string? Timings { get; init; }
}

/// <summary>A part of an event that one rating applies to.</summary>
[CgrObject]
public readonly partial struct EventCharge
{
    /// <summary>A member of <see cref="EventCost.Rating"/>.</summary>
    [CgrMember("RatingID")] public string? RatingId { get; init; }

    /// <summary>The steps in which it is charged.</summary>
    [CgrMember("Increments")] public ChargeIncrement[]? Increments { get; init; }

    /// <summary>How many times it comes in a row.</summary>
    [CgrMember("CompressFactor")] public long? CompressFactor { get; init; }
}

/// <summary>A step in which something is charged.</summary>
[CgrObject]
public readonly partial struct ChargeIncrement
{
    /// <summary>Its length.</summary>
    [CgrMember("Usage", Format = CgrFormat.Nanoseconds)] public CgrDuration? Usage { get; init; }

    /// <summary>Its price.</summary>
    [CgrMember("Cost")] public decimal? Cost { get; init; }

    /// <summary>A member of <see cref="EventCost.Accounting"/>; empty: nothing was debited.</summary>
    [CgrMember("AccountingID")] public string? AccountingId { get; init; }

    /// <summary>How many times it comes in a row.</summary>
    [CgrMember("CompressFactor")] public long? CompressFactor { get; init; }
}
