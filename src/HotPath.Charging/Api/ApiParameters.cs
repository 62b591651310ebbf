using System.Globalization;
using System.Text.Json;

namespace HotPath.Charging;

/// <summary>
/// The parameter of the methods that are not in a hurry. Names are compared exactly, then without regard to case, as Go does;
/// whatever a member is, reading it gives a value or none.
/// </summary>
internal readonly struct ApiParameters
{
    private readonly JsonElement _object;

    /// <param name="parameters">Raw JSON; empty or no object: no members.</param>
    /// <exception cref="JsonException">Not JSON.</exception>
    public ApiParameters(ReadOnlySpan<byte> parameters)
    {
        if (parameters.Length > 0)
        {
            Utf8JsonReader reader = new(parameters);
            _object = JsonElement.ParseValue(ref reader);
        }
    }

    private ApiParameters(JsonElement element) => _object = element;

    /// <summary>A member; its kind is <see cref="JsonValueKind.Undefined"/> where there is none.</summary>
    public JsonElement this[string name]
    {
        get
        {
            if (_object.ValueKind != JsonValueKind.Object)
            {
                return default;
            }

            if (_object.TryGetProperty(name, out JsonElement value))
            {
                return value;
            }

            foreach (JsonProperty property in _object.EnumerateObject())
            {
                if (property.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    return property.Value;
                }
            }

            return default;
        }
    }

    /// <summary>A member that is an object.</summary>
    public ApiParameters Object(string name) => new(this[name]);

    /// <summary>A member as text; empty where there is none.</summary>
    public string Text(string name) => this[name] switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => "",
    };

    /// <summary>A member as text, or something else where there is none.</summary>
    public string TextOr(string name, string otherwise) => Text(name) is { Length: > 0 } text ? text : otherwise;

    /// <summary>A member as a number, be it in a string; <c>null</c> where there is none.</summary>
    public decimal? Number(string name) =>
        decimal.TryParse(Text(name), NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) ? number : null;

    /// <summary>A member as a truth value; <c>null</c> where there is none.</summary>
    public bool? Flag(string name) => this[name].ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    /// <summary>A member that is a list of texts, or one text with <c>;</c> between its parts; <c>null</c> where there is none.</summary>
    public string[]? List(string name) => this[name] switch
    {
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString()! : item.GetRawText())],
        { ValueKind: JsonValueKind.String } text when text.GetString()!.Length > 0 => text.GetString()!.Split(';'),
        _ => null,
    };
}
