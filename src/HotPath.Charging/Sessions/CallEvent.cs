using System.Globalization;
using System.Text.Json;
using HotPath.Commands;

namespace HotPath.Charging;

/// <summary>
/// What a client says about a call: the fields charging works with, and the whole event as it came, so that replies, disconnect
/// requests and CDRs can give everything back. Owned by one run of a session. Source: facts cgrates-engine.md §4.1.
/// </summary>
internal sealed class CallEvent
{
    /// <summary>The most usage an event can say, so that sums of it fit into 64 bits; 36 years.</summary>
    public const long MaxUsage = long.MaxValue / 8;

    /// <summary>Fields of a CDR of their own; every other field of an event is one of its extra fields.</summary>
    private static readonly HashSet<string> s_mainFields = new(StringComparer.Ordinal)
    {
        "CGRID", "RunID", "OrderID", "OriginHost", "Source", "OriginID", "ToR", "RequestType", "Tenant", "Category", "Account", "Subject",
        "Destination", "SetupTime", "AnswerTime", "Usage", "Partial", "PreRated", "CostSource", "Cost", "CostDetails", "ExtraInfo",
    };

    private readonly byte[] _json;
    private Dictionary<string, string>? _changes;

    /// <summary>Reads the event of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="json">Its <c>Event</c> object as it came.</param>
    /// <param name="options">What stands for fields that are not there.</param>
    /// <param name="dialect">The dialect it came in.</param>
    /// <remarks>A time that cannot be read is no time, as in CGRateS: nothing is rated for such a call.</remarks>
    public CallEvent(scoped in SessionRequest request, ReadOnlySpan<byte> json, EngineOptions options, CgrDialect dialect)
    {
        Dialect = dialect;
        _json = json.ToArray();
        Tenant = TextOr(request.Tenant, options.DefaultTenant);
        ToR = TextOr(request.ToR, RatingQuery.Voice);
        RequestType = TextOr(request.RequestType, options.DefaultRequestType);
        Category = TextOr(request.Category, options.DefaultCategory);
        Account = request.Account.ToString();
        Subject = TextOr(request.Subject, Account);
        Destination = request.Destination.ToString();
        OriginId = request.OriginId.ToString();
        OriginHost = request.OriginHost.ToString();
        Source = request.Source.ToString();
        SetupTime = TimeText.TryParse(request.SetupTime.Utf8, out DateTimeOffset? setup) ? setup?.UtcDateTime : null;
        AnswerTime = TimeText.TryParse(request.AnswerTime.Utf8, out DateTimeOffset? answer) ? answer?.UtcDateTime : null;
        Usage = RequestReader.Duration(request.Usage);
        LastUsed = RequestReader.Duration(request.LastUsed);
        TotalUsage = RequestReader.Duration(request.TotalUsage);
    }

    private CallEvent(CallEvent other)
    {
        Dialect = other.Dialect;
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
        Source = other.Source;
        SetupTime = other.SetupTime;
        AnswerTime = other.AnswerTime;
        Usage = other.Usage;
        LastUsed = other.LastUsed;
        TotalUsage = other.TotalUsage;
    }

    /// <summary>What the client speaks, and is to be spoken to in.</summary>
    public CgrDialect Dialect { get; }

    public string Tenant { get; private set; }

    public string ToR { get; private set; }

    public string RequestType { get; private set; }

    public string Category { get; private set; }

    public string Account { get; private set; }

    public string Subject { get; private set; }

    public string Destination { get; private set; }

    public string OriginId { get; }

    public string OriginHost { get; }

    /// <summary>What wrote the event; may be empty.</summary>
    public string Source { get; }

    public DateTime? SetupTime { get; }

    public DateTime? AnswerTime { get; }

    /// <summary>Nanoseconds for voice, else units; <c>null</c>: not said.</summary>
    public long? Usage { get; }

    /// <summary>How much of the last grant was really used; <c>null</c>: all of it.</summary>
    public long? LastUsed { get; }

    /// <summary>How much of the call was charged or used before <see cref="Usage"/>, instead of <see cref="LastUsed"/>; <c>null</c>: what was granted.</summary>
    public long? TotalUsage { get; }

    /// <summary>When charging starts; the year 1 if the event does not say, so that no rate applies.</summary>
    public DateTime Start => AnswerTime ?? SetupTime ?? DateTime.MinValue;

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

    /// <summary>What the event says beyond the fields of a CDR.</summary>
    public void CopyExtraFields(SortedDictionary<string, string> extraFields)
    {
        using JsonDocument document = JsonDocument.Parse(_json);
        foreach (JsonProperty property in document.RootElement.EnumerateObject())
        {
            if (!s_mainFields.Contains(property.Name))
            {
                extraFields.TryAdd(property.Name, ToText(property.Value));
            }
        }

        foreach ((string field, string value) in _changes ?? [])
        {
            if (!s_mainFields.Contains(field))
            {
                extraFields[field] = value;
            }
        }
    }

    /// <summary>Writes the event as a JSON object, its members in order of name as CGRateS does, with values as they came.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="cgrId">Added as <c>CGRID</c>.</param>
    /// <param name="usage">What <c>Usage</c> says if the event does not; <c>null</c>: nothing.</param>
    /// <param name="disconnectCause">Added as <c>DisconnectCause</c>; <c>null</c>: not added.</param>
    public void WriteTo(Utf8JsonWriter writer, string cgrId, long? usage, string? disconnectCause = null)
    {
        using JsonDocument document = JsonDocument.Parse(_json);
        SortedDictionary<string, JsonElement?> members = new(StringComparer.Ordinal) { ["CGRID"] = null };
        foreach (JsonProperty property in document.RootElement.EnumerateObject())
        {
            members[property.Name] = property.Value;
        }

        foreach (string field in _changes?.Keys.AsEnumerable() ?? [])
        {
            members[field] = null;
        }

        if (usage is not null)
        {
            members.TryAdd("Usage", null);
        }

        if (disconnectCause is not null)
        {
            members["DisconnectCause"] = null;
        }

        writer.WriteStartObject();
        foreach ((string name, JsonElement? value) in members)
        {
            writer.WritePropertyName(name);
            if (value is not null)
            {
                value.Value.WriteTo(writer);
            }
            else if (name == "CGRID")
            {
                writer.WriteStringValue(cgrId);
            }
            else if (name == "DisconnectCause" && disconnectCause is not null)
            {
                writer.WriteStringValue(disconnectCause);
            }
            else if (name == "Usage")
            {
                writer.WriteNumberValue(usage!.Value);
            }
            else
            {
                writer.WriteStringValue(_changes![name]);
            }
        }

        writer.WriteEndObject();
    }

    private string? GetOther(string field)
    {
        using JsonDocument document = JsonDocument.Parse(_json);
        return document.RootElement.TryGetProperty(field, out JsonElement value) ? ToText(value) : null;
    }

    private static string ToText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number when value.TryGetDecimal(out decimal number) => number.ToString(CultureInfo.InvariantCulture),
        _ => value.GetRawText(),
    };

    private static string TextOr(CgrText text, string otherwise) =>
        text.IsEmpty ? otherwise : text.ToString();
}
