using System;
using HotPath.Commands;

namespace MyCarrier;

/// <summary>Asks for the cost of a call that has not been made.</summary>
[CgrCommand("MyServiceV1.Quote", Repeat = RepeatClass.Safe, Reply = typeof(QuoteReply))]
public readonly ref partial struct Quote
{
    [CgrMember("Tenant")] public CgrText Tenant { get; init; }

    [CgrMember("WithTaxes")] public bool WithTaxes { get; init; }

    [CgrField("Account", Required = true)] public CgrText Account { get; init; }

    [CgrField("Destination", Required = true)] public CgrText Destination { get; init; }

    [CgrField("SetupTime", Format = CgrFormat.UnixSeconds)] public DateTimeOffset? SetupTime { get; init; }

    [CgrField("Usage", Format = CgrFormat.SecondsText)] public CgrDuration? Usage { get; init; }
}

[CgrReply]
public readonly partial struct QuoteReply
{
    [CgrMember("Cost")] public string? Cost { get; init; }

    [CgrMember("MaxUsage", Format = CgrFormat.Nanoseconds)] public CgrDuration? MaxUsage { get; init; }
}
