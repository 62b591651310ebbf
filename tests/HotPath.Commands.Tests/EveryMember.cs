namespace HotPath.Commands.Tests;

/// <summary>A command declared outside the catalogue, with a member of every type and format, beside the event and in it.</summary>
[CgrCommand("TestSv1.EveryMember", Aliases = ["OldTestSv1.EveryMember"], Repeat = RepeatClass.Never, Reply = typeof(EveryMemberReply))]
public readonly ref partial struct EveryMember
{
    [CgrMember("Flag", Yields = true)] public bool Flag { get; init; }

    [CgrMember("MaybeFlag")] public bool? MaybeFlag { get; init; }

    [CgrMember] public CgrVariables? Options { get; init; }

    [CgrMember("Count")] public int Count { get; init; }

    [CgrMember("Name+Sign")] public CgrText Name { get; init; }

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

    [CgrField("MaybeSeconds", Format = CgrFormat.Seconds)] public CgrDuration? MaybeSeconds { get; init; }

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

    [CgrMember("Seconds", Format = CgrFormat.Seconds)] public CgrDuration? Seconds { get; init; }

    [CgrMember("Time", Format = CgrFormat.UnixSeconds)] public DateTimeOffset? Time { get; init; }
}
