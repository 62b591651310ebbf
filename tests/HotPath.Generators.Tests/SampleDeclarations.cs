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
            [CgrMember("Tenant")] public CgrText Tenant { get; init; }
            [CgrMember("DryRun")] public bool DryRun { get; init; }
            [CgrMember("Force")] public bool? Force { get; init; }
            [CgrMember] public CgrVariables? Options { get; init; }
            [CgrField] public CgrVariables? Variables { get; init; }
            [CgrField("Account", Required = true)] public CgrText Account { get; init; }
            [CgrField("Amount")] public long Amount { get; init; }
            [CgrField("Times", Yields = true)] public int? @Times { get; init; }
            [CgrField("Usage", Format = CgrFormat.SecondsText)] public CgrDuration? Usage { get; init; }
            [CgrField("Grace", Format = CgrFormat.Nanoseconds, Yields = true)] public CgrDuration Grace { get; init; }
            [CgrField("AnswerTime", Format = CgrFormat.UnixSeconds)] public DateTimeOffset? AnswerTime { get; init; }
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
