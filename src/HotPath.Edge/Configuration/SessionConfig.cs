using System.Text.Json;

namespace HotPath.Edge;

/// <summary>
/// One of the key <c>sessions</c> of the configuration, as it is written. What is left out is as it is for the call's own session, but for
/// the variables and options: sets are independent.
/// </summary>
public sealed class SessionConfig
{
    /// <summary>What tells the session from the others of a call. Required.</summary>
    public string? Tag { get; set; }

    /// <summary>Who pays.</summary>
    public string? Account { get; set; }

    /// <summary>The number that is rated.</summary>
    public string? Destination { get; set; }

    /// <summary>CGRateS tenant.</summary>
    public string? Tenant { get; set; }

    /// <summary>Request type.</summary>
    public string? RequestType { get; set; }

    /// <summary>Rating category.</summary>
    public string? Category { get; set; }

    /// <summary>Ask the engine to apply its attributes.</summary>
    public bool? GetAttributes { get; set; }

    /// <summary>Fields for the event of every command of this session. Default: none.</summary>
    public Dictionary<string, JsonElement>? Variables { get; set; }

    /// <summary>Members for beside the event of every command of this session. Default: none.</summary>
    public Dictionary<string, JsonElement>? Options { get; set; }

    /// <summary>Deliver CDRs of answered calls.</summary>
    public bool? Cdr { get; set; }

    /// <summary>Deliver CDRs of missed calls.</summary>
    public bool? MissedCdr { get; set; }

    /// <summary>Ask the engine before the call goes out. Default: yes.</summary>
    public bool? Authorize { get; set; }

    /// <summary>The next hop that the session belongs to: <c>route</c> or one of <c>fallbackRoutes</c>. Default: every call has it.</summary>
    public string? Route { get; set; }
}
