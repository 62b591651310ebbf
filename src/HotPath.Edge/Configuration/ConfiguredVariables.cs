using System.Buffers;
using System.Text.Json;
using HotPath.Commands;

namespace HotPath.Edge;

/// <summary>The keys <c>variables</c> and <c>options</c> of the configuration: values that go into every command (<c>docs/variables.md</c>).</summary>
internal static class ConfiguredVariables
{
    /// <summary>What the edge says of every call itself, whatever is configured.</summary>
    private static readonly string[] s_ownFields =
        ["OriginID", "OriginHost", "Account", "Destination", "SetupTime", "AnswerTime", "Usage", "DisconnectCause", "SipCode", "Q850Cause", "CallClass"];

    private static readonly string[] s_ownOptions = ["Event", "GetMaxUsage", "InitSession", "UpdateSession", "TerminateSession"];

    /// <summary>Makes the set.</summary>
    /// <param name="values">The values by name; <c>null</c>: none.</param>
    /// <param name="key">The key they stand under.</param>
    /// <param name="wrong">Makes the exception for a mistake at a key.</param>
    /// <returns>The set; <c>null</c>: there are no values.</returns>
    public static CgrVariables? Read(Dictionary<string, JsonElement>? values, string key, Func<string, string, EdgeConfigException> wrong)
    {
        if (values is not { Count: > 0 })
        {
            return null;
        }

        CgrVariables set = new();
        foreach ((string name, JsonElement value) in values)
        {
            if (s_ownFields.Contains(name) || s_ownOptions.Contains(name))
            {
                throw wrong($"{key}.{name}", name == "OriginHost" ? "every session has the edge's name; write name" : "the edge says this of every call itself; leave it out");
            }

            if (value.ValueKind == JsonValueKind.Null)
            {
                throw wrong($"{key}.{name}", "null says nothing; leave it out or write a value");
            }

            // Numbers too: those of options would become booleans, which is for scripts that know no others.
            CgrVariableResult result = value.ValueKind == JsonValueKind.String ? set.TrySet(name, value.GetString()) : set.TrySetRaw(name, Text(value));
            if (!result.IsOk)
            {
                throw wrong($"{key}.{name}", $"{Problem(result)}");
            }
        }

        return set;
    }

    /// <summary>The value without the comments and trailing commas that the file may have.</summary>
    private static ReadOnlySpan<byte> Text(JsonElement value)
    {
        ArrayBufferWriter<byte> text = new();
        using (Utf8JsonWriter writer = new(text, CgrJson.WriterOptions))
        {
            value.WriteTo(writer);
        }

        return text.WrittenSpan;
    }

    private static string Problem(CgrVariableResult result) => result.Error switch
    {
        CgrVariableError.InvalidName => $"this cannot be a name; write 1 to {CgrVariables.MaxNameLength} bytes",
        CgrVariableError.TooMany => $"these are too many; write {CgrVariables.MaxCount} at most",
        CgrVariableError.TooLong => $"the values are too long; write {CgrVariables.MaxLength} bytes in all at most",
        CgrVariableError.TooDeep => $"this nests too deep; write {CgrVariables.MaxRawDepth} levels at most",
        _ => result.ToString(),
    };
}
