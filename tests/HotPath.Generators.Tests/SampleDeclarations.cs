namespace HotPath.Generators.Tests;

/// <summary>A declaration of each kind, with a member of each type and format.</summary>
internal static class SampleDeclarations
{
    public const string Source = """
        using System;
        using HotPath.Commands;

        namespace Consumer.Billing;

        [CgrCommand("MyServiceV1.DoThing", Aliases = ["MyServiceV0.DoThing"], Repeat = RepeatClass.Never, Reply = typeof(DoThingReply))]
        public readonly ref partial struct DoThing
        {
            public DoThing() { }
            [CgrMember("Tenant")] public CgrText Tenant { get; init; }
            [CgrMember("DryRun")] public bool DryRun { get; init; }
            [CgrMember("Force")] public bool? Force { get; init; }
            [CgrMember] public CgrVariables? Options { get; init; }
            [CgrField] public CgrVariables? Variables { get; init; }
            [CgrField("Account", Required = true)] public CgrText Account { get; init; }
            [CgrField("Amount")] public long Amount { get; init; } = 1;
            [CgrField("Currency")] public CgrText Currency { get; init; } = "EUR";
            [CgrField("Times", Yields = true)] public int? @Times { get; init; }
            [CgrField("Usage", Format = CgrFormat.SecondsText)] public CgrDuration? Usage { get; init; }
            [CgrField("Grace", Format = CgrFormat.Nanoseconds, Yields = true)] public CgrDuration Grace { get; init; }
            [CgrField("AnswerTime", Format = CgrFormat.UnixSeconds)] public DateTimeOffset? AnswerTime { get; init; }
        }

        [CgrCommand("MyServiceV1.Grant", Compat = "MyGenericV1.Grant", Repeat = RepeatClass.Safe, Reply = typeof(GrantReply))]
        public readonly ref partial struct Grant
        {
            [CgrMember("GetMaxUsage", Compat = CgrCompat.Implied)] public bool GetMaxUsage { get; init; }
            [CgrMember("GetRoutes")] public bool GetRoutes { get; init; }
            [CgrField("Account")] public CgrText Account { get; init; }
        }

        [CgrReply]
        public readonly partial struct GrantReply
        {
            [CgrMember("MaxUsage", Format = CgrFormat.Nanoseconds, Compat = CgrCompat.WholeResult, CompatFormat = CgrFormat.WholeSeconds)] public CgrDuration? MaxUsage { get; init; }
            [CgrMember("Routes")] public string? Routes { get; init; }
        }

        [CgrCommand("MyServiceV1.List", Repeat = RepeatClass.Safe, Reply = typeof(ListReply))]
        public readonly ref partial struct List
        {
            [CgrMember("Filters")] public string[]? Filters { get; init; }
            [CgrMember("APIOpts", Format = CgrFormat.RawJson)] public CgrText ApiOpts { get; init; }
            [CgrField("Price")] public decimal? Price { get; init; }
            [CgrField("From")] public Entry From { get; init; }
        }

        [CgrReply]
        public readonly partial struct ListReply
        {
            [CgrResult] public Entry[]? Entries { get; init; }
        }

        [CgrObject]
        public readonly partial struct Entry
        {
            [CgrMember("Name")] public string Name { get; init; }
            [CgrMember("Time", Format = CgrFormat.Rfc3339)] public DateTimeOffset? Time { get; init; }
            [CgrMember("Parts")] public Entry[] Parts { get; init; }
        }

        [CgrReply]
        public readonly partial record struct DoThingReply
        {
            [CgrMember("Done")] public bool Done { get; init; }
            [CgrMember("Note")] public string? Note { get; init; }
            [CgrMember("Left", Format = CgrFormat.Seconds)] public CgrDuration? Left { get; init; }
        }

        [CgrCommand("MyServiceV1.Stop", Repeat = RepeatClass.Safe, Reply = typeof(Names.StoppedReply))]
        public partial struct Stop;

        public static partial class Names
        {
            [CgrReply(Text = "STOPPED")]
            public partial struct StoppedReply;
        }
        """;
}
