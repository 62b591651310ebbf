namespace HotPath.Commands.Tests;

/// <summary>A command declared outside the catalogue, with a member of every type and format, beside the event and in it.</summary>
[CgrCommand(
    "TestSv1.EveryMember",
    Aliases = ["OldTestSv1.EveryMember"],
    Compat = "TestGenericV1.EveryMember",
    Repeat = RepeatClass.Never,
    Reply = typeof(EveryMemberReply))]
public readonly ref partial struct EveryMember
{
    [CgrMember("Flag", Yields = true, Compat = CgrCompat.Implied)] public bool Flag { get; init; }

    [CgrMember("OtherFlag")] public bool OtherFlag { get; init; }

    [CgrMember("NumberFlag", Format = CgrFormat.Number, CompatFormat = CgrFormat.Default)] public bool NumberFlag { get; init; }

    [CgrMember("MaybeFlag")] public bool? MaybeFlag { get; init; }

    [CgrMember] public CgrVariables? Options { get; init; }

    [CgrMember("Count")] public int Count { get; init; }

    [CgrMember("Name+Sign")] public CgrText Name { get; init; }

    [CgrMember("Price")] public decimal Price { get; init; }

    [CgrMember("MaybePrice")] public decimal? MaybePrice { get; init; }

    [CgrMember("Names")] public string[]? Names { get; init; }

    [CgrMember("SureNames")] public string[] SureNames { get; init; }

    [CgrMember("Raw", Format = CgrFormat.RawJson)] public CgrText Raw { get; init; }

    [CgrMember("Instant", Format = CgrFormat.Rfc3339)] public DateTimeOffset? Instant { get; init; }

    [CgrMember("Part")] public EveryPart Part { get; init; }

    [CgrMember("MaybePart")] public EveryPart? MaybePart { get; init; }

    [CgrMember("Parts")] public EveryPart[]? Parts { get; init; }

    [CgrMember("event_kind")] public string? @event { get; init; }

    [CgrField("Long")] public long Long { get; init; }

    [CgrField("MaybeLong", Yields = true)] public long? MaybeLong { get; init; }

    [CgrField("MaybeCount")] public int? MaybeCount { get; init; }

    [CgrField("Text")] public CgrText Text { get; init; }

    [CgrField] public CgrVariables? Variables { get; init; }

    [CgrField("Sure", Yields = true)] public string Sure { get; init; }

    [CgrField("SecondsText", Format = CgrFormat.SecondsText)] public CgrDuration SecondsText { get; init; }

    [CgrField("Nanoseconds", Format = CgrFormat.Nanoseconds, Yields = true)] public CgrDuration Nanoseconds { get; init; }

    [CgrField("Seconds", Format = CgrFormat.Seconds)] public CgrDuration Seconds { get; init; }

    [CgrField("WholeSeconds", Format = CgrFormat.WholeSeconds)] public CgrDuration WholeSeconds { get; init; }

    [CgrField("MaybeSeconds", Format = CgrFormat.Seconds, CompatFormat = CgrFormat.Nanoseconds)] public CgrDuration? MaybeSeconds { get; init; }

    [CgrField("Time", Format = CgrFormat.UnixSeconds)] public DateTimeOffset Time { get; init; }

    [CgrField("MaybeTime", Format = CgrFormat.UnixSeconds)] public DateTimeOffset? MaybeTime { get; init; }
}

/// <summary>A reply with a member of every type.</summary>
[CgrReply]
public readonly partial struct EveryMemberReply
{
    [CgrMember("Flag")] public bool Flag { get; init; }

    [CgrMember("MaybeFlag")] public bool? MaybeFlag { get; init; }

    [CgrMember("Count")] public int Count { get; init; }

    [CgrMember("Long")] public long? Long { get; init; }

    [CgrMember("Text")] public string? Text { get; init; }

    [CgrMember("Nanoseconds", Format = CgrFormat.Nanoseconds)] public CgrDuration? Nanoseconds { get; init; }

    [CgrMember("Seconds", Format = CgrFormat.Seconds, CompatFormat = CgrFormat.WholeSeconds)] public CgrDuration? Seconds { get; init; }

    [CgrMember("Time", Format = CgrFormat.UnixSeconds)] public DateTimeOffset? Time { get; init; }

    [CgrMember("Price")] public decimal Price { get; init; }

    [CgrMember("MaybePrice")] public decimal? MaybePrice { get; init; }

    [CgrMember("Names")] public string[]? Names { get; init; }

    [CgrMember("SureNames")] public string[] SureNames { get; init; }

    [CgrMember("Raw", Format = CgrFormat.RawJson)] public string? Raw { get; init; }

    [CgrMember("Instant", Format = CgrFormat.Rfc3339)] public DateTimeOffset? Instant { get; init; }

    [CgrMember("Part")] public EveryPart Part { get; init; }

    [CgrMember("MaybePart")] public EveryPart? MaybePart { get; init; }

    [CgrMember("Parts")] public EveryPart[]? Parts { get; init; }
}

/// <summary>An object, in which there may be more of its kind.</summary>
[CgrObject]
public readonly partial struct EveryPart
{
    [CgrMember("Name")] public string? Name { get; init; }

    [CgrMember("Usage", Format = CgrFormat.Nanoseconds)] public CgrDuration? Usage { get; init; }

    [CgrMember("Parts")] public EveryPart[]? Parts { get; init; }
}

/// <summary>A reply that was one text once.</summary>
[CgrReply]
public readonly partial struct TextOnceReply
{
    [CgrMember("Text", Compat = CgrCompat.WholeResult)] public string? Text { get; init; }
}

/// <summary>A reply that was one flag once.</summary>
[CgrReply]
public readonly partial struct FlagOnceReply
{
    [CgrMember("Flag", Compat = CgrCompat.WholeResult)] public bool Flag { get; init; }
}

/// <summary>A reply that is a list.</summary>
[CgrReply]
public readonly partial struct ListReply
{
    [CgrResult] public EveryPart[]? Parts { get; init; }
}

/// <summary>A reply that is JSON of any kind.</summary>
[CgrReply]
public readonly partial struct AnythingReply
{
    [CgrResult(Format = CgrFormat.RawJson)] public string? Json { get; init; }
}
