using HotPath.Commands;

namespace HotPath.Charging;

/// <summary>What one run of one call was, and what it cost. Immutable. Source: facts cgrates-engine.md §5.</summary>
public sealed class CallDetailRecord
{
    private readonly CallEvent _opened;
    private readonly CallEvent? _ended;

    // Read when somebody asks: most CDRs are written, and few looked at.
    private IReadOnlyDictionary<string, string>? _extraFields;

    /// <param name="opened">The event of the run, as the session was opened with it.</param>
    /// <param name="ended">The event of the CDR, which knows how the call ended; <c>null</c>: the engine wrote the CDR by itself.</param>
    internal CallDetailRecord(CallEvent opened, CallEvent? ended)
    {
        _opened = opened;
        _ended = ended;
    }

    /// <summary>The call: the SHA-1 of OriginID and OriginHost, in hexadecimal.</summary>
    public required string CgrId { get; init; }

    /// <summary>The billing run, for example <c>*default</c> or <c>*raw</c>.</summary>
    public required string RunId { get; init; }

    /// <summary>Ascending in the order of writing.</summary>
    public required long OrderId { get; init; }

    /// <summary>The client that handled the call.</summary>
    public required string OriginHost { get; init; }

    /// <summary>The call's name there, usually the Call-ID.</summary>
    public required string OriginId { get; init; }

    /// <summary>What wrote the event, as the event says.</summary>
    public required string Source { get; init; }

    /// <summary><c>*voice</c> and the like.</summary>
    public required string ToR { get; init; }

    /// <summary><c>*prepaid</c>, <c>*postpaid</c>, <c>*pseudoprepaid</c>, <c>*rated</c>, <c>*none</c>.</summary>
    public required string RequestType { get; init; }

    /// <summary>Whose customer the account is.</summary>
    public required string Tenant { get; init; }

    /// <summary>Rating category.</summary>
    public required string Category { get; init; }

    /// <summary>Who pays.</summary>
    public required string Account { get; init; }

    /// <summary>Whose rating profile was used.</summary>
    public required string Subject { get; init; }

    /// <summary>The number called.</summary>
    public required string Destination { get; init; }

    /// <summary>When the call was set up, UTC; <c>null</c>: the event did not say.</summary>
    public DateTime? SetupTime { get; init; }

    /// <summary>When it was answered, UTC; <c>null</c>: never.</summary>
    public DateTime? AnswerTime { get; init; }

    /// <summary>How long it lasted; units for what is not voice.</summary>
    public required CgrDuration Usage { get; init; }

    /// <summary>What it cost; -1: not rated, or it could not be (<see cref="ExtraInfo"/>).</summary>
    public required decimal Cost { get; init; }

    /// <summary><c>*sessions</c>: charged during the call; <c>*cdrs</c>: with the CDR; empty: not at all.</summary>
    public required string CostSource { get; init; }

    /// <summary>Why it could not be charged; empty: it could.</summary>
    public required string ExtraInfo { get; init; }

    /// <summary>Everything else the client said, such as <c>DisconnectCause</c>.</summary>
    public IReadOnlyDictionary<string, string> ExtraFields => _extraFields ??= ReadExtraFields();

    /// <summary>How the price came about; <c>null</c>: there is none.</summary>
    internal EventCost? CostDetails { get; init; }

    private SortedDictionary<string, string> ReadExtraFields()
    {
        SortedDictionary<string, string> extraFields = new(StringComparer.Ordinal);
        _opened.CopyExtraFields(extraFields);
        _ended?.CopyExtraFields(extraFields);
        return extraFields;
    }
}
