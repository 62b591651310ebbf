using System.Text.Json;

namespace HotPath.Charging;

/// <summary>
/// What a client says about a call: the fields charging works with, and the whole event as it came, so that replies, disconnect
/// requests and CDRs can give everything back. Owned by one run of a session. Source: facts cgrates-engine.md §4.1.
/// </summary>
internal sealed class CallEvent
{
    private readonly byte[] _json;
    private Dictionary<string, string>? _changes;

    /// <param name="json">The <c>Event</c> object as it came; empty: none.</param>
    public CallEvent(byte[] json) => _json = json;

    private CallEvent(CallEvent other)
    {
        _json = other._json;
        _changes = other._changes is null ? null : new Dictionary<string, string>(other._changes);
        Tenant = other.Tenant;
        ToR = other.ToR;
        RequestType = other.RequestType;
        Category = other.Category;
        Account = other.Account;
        Subject = other.Subject;
        Destination = other.Destination;
        OriginId = other.OriginId;
        OriginHost = other.OriginHost;
        SetupTime = other.SetupTime;
        AnswerTime = other.AnswerTime;
        Usage = other.Usage;
    }

    public string Tenant { get; set; } = "";

    public string ToR { get; set; } = "";

    public string RequestType { get; set; } = "";

    public string Category { get; set; } = "";

    public string Account { get; set; } = "";

    public string Subject { get; set; } = "";

    public string Destination { get; set; } = "";

    public string OriginId { get; set; } = "";

    public string OriginHost { get; set; } = "";

    public DateTime? SetupTime { get; set; }

    public DateTime? AnswerTime { get; set; }

    /// <summary>Nanoseconds for voice, else units.</summary>
    public long? Usage { get; set; }

    /// <summary>A copy to change.</summary>
    public CallEvent Clone() => new(this);

    /// <summary>A field as text; <c>null</c>: the event has none of that name.</summary>
    public string? Get(string field)
    {
        if (_changes is not null && _changes.TryGetValue(field, out string? changed))
        {
            return changed;
        }

        return field switch
        {
            "Tenant" => Tenant,
            "ToR" => ToR,
            "RequestType" => RequestType,
            "Category" => Category,
            "Account" => Account,
            "Subject" => Subject,
            "Destination" => Destination,
            "OriginID" => OriginId,
            "OriginHost" => OriginHost,
            _ => GetOther(field),
        };
    }

    /// <summary>Sets a field, new or not.</summary>
    public void Set(string field, string value)
    {
        (_changes ??= new Dictionary<string, string>(StringComparer.Ordinal))[field] = value;
        switch (field)
        {
            case "Tenant":
                Tenant = value;
                break;
            case "ToR":
                ToR = value;
                break;
            case "RequestType":
                RequestType = value;
                break;
            case "Category":
                Category = value;
                break;
            case "Account":
                Account = value;
                break;
            case "Subject":
                Subject = value;
                break;
            case "Destination":
                Destination = value;
                break;
            default:
                break;
        }
    }

    private string? GetOther(string field)
    {
        if (_json.Length == 0)
        {
            return null;
        }

        using JsonDocument document = JsonDocument.Parse(_json);
        return !document.RootElement.TryGetProperty(field, out JsonElement value) ? null
            : value.ValueKind == JsonValueKind.String ? value.GetString()
            : value.GetRawText();
    }
}
