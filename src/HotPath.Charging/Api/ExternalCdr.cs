using HotPath.Commands;

namespace HotPath.Charging;

/// <summary>
/// A <see cref="Cdr"/> as <c>APIerSv1</c> and <c>APIerSv2</c> write it: usage in Go's text form, cost details as JSON in a text. Clients
/// read both forms as <see cref="Cdr"/>. Source: facts cgrates-engine.md §5, wire recordings 139, 141.
/// </summary>
[CgrObject]
internal readonly partial struct ExternalCdr
{
    [CgrMember("CGRID")] public string CgrId { get; init; }

    [CgrMember("RunID")] public string RunId { get; init; }

    [CgrMember("OrderID")] public long OrderId { get; init; }

    [CgrMember("OriginHost")] public string OriginHost { get; init; }

    [CgrMember("Source")] public string Source { get; init; }

    [CgrMember("OriginID")] public string OriginId { get; init; }

    [CgrMember("ToR")] public string ToR { get; init; }

    [CgrMember("RequestType")] public string RequestType { get; init; }

    [CgrMember("Tenant")] public string Tenant { get; init; }

    [CgrMember("Category")] public string Category { get; init; }

    [CgrMember("Account")] public string Account { get; init; }

    [CgrMember("Subject")] public string Subject { get; init; }

    [CgrMember("Destination")] public string Destination { get; init; }

    [CgrMember("SetupTime", Format = CgrFormat.Rfc3339)] public DateTimeOffset SetupTime { get; init; }

    [CgrMember("AnswerTime", Format = CgrFormat.Rfc3339)] public DateTimeOffset AnswerTime { get; init; }

    [CgrMember("Usage")] public string Usage { get; init; }

    [CgrMember("ExtraFields", Format = CgrFormat.RawJson)] public string ExtraFields { get; init; }

    [CgrMember("CostSource")] public string CostSource { get; init; }

    [CgrMember("Cost")] public decimal Cost { get; init; }

    [CgrMember("CostDetails")] public string CostDetails { get; init; }

    [CgrMember("ExtraInfo")] public string ExtraInfo { get; init; }

    [CgrMember("PreRated")] public bool? PreRated { get; init; }
}
