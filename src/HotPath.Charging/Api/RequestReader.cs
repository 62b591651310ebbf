using System.Text;
using System.Text.Json;
using HotPath.Commands;

namespace HotPath.Charging;

/// <summary>Reads the parameter of the session methods, and says what is wrong with it in CGRateS's words.</summary>
internal sealed class RequestReader(EngineOptions options)
{
    private readonly CgrScratch _scratch = new();

    /// <summary>Reads a request.</summary>
    /// <param name="parameters">The one parameter; in the pre-rc8 dialect it is the event itself.</param>
    /// <param name="dialect">The dialect of the method.</param>
    /// <param name="goType">CGRateS's name for its type, for error texts.</param>
    /// <param name="request">The request; its text is good until the next call.</param>
    /// <param name="callEvent">Its event.</param>
    /// <param name="error">The error text; <c>null</c>: none.</param>
    /// <exception cref="JsonException">The parameter is not JSON.</exception>
    public bool TryRead(ReadOnlySpan<byte> parameters, CgrDialect dialect, string goType, out SessionRequest request, out CallEvent callEvent, out string? error)
    {
        request = default;
        callEvent = null!;
        if (parameters.IsEmpty || parameters[0] != '{')
        {
            error = parameters.IsEmpty || parameters[0] == 'n'
                ? "MANDATORY_IE_MISSING: [CGREvent]"
                : $"json: cannot unmarshal {GoKind(parameters)} into Go value of type {goType}";
            return false;
        }

        ReadOnlySpan<byte> json = parameters;
        ReadOnlySpan<byte> debitInterval = default;
        error = dialect == CgrDialect.PreRc8 ? null : FindEvent(parameters, out json, out debitInterval);
        if (error is not null)
        {
            return false;
        }

        if (json[0] != '{')
        {
            error = $"json: cannot unmarshal {GoKind(json)} into Go struct field {ShortName(goType)}.Event of type map[string]interface {{}}";
            return false;
        }

        _scratch.Reset();
        CgrReadResult read = SessionRequest.TryReadRequest(parameters, dialect, _scratch, out request);
        if (!read.IsOk)
        {
            error = read.Member is { } member
                ? $"json: cannot unmarshal {GoKind(parameters[Math.Min(read.Offset, parameters.Length - 1)..])} into Go struct field {ShortName(goType)}.{member} of type bool"
                : $"json: {read}";
            return false;
        }

        if (!request.Usage.IsEmpty && !DurationText.TryParse(request.Usage.Utf8, 0, out _))
        {
            error = $"time: invalid duration \"{request.Usage.ToString()}\"";
            return false;
        }

        if (!debitInterval.IsEmpty)
        {
            request = request with { DebitInterval = debitInterval };
        }

        callEvent = new CallEvent(request, json, options, dialect);
        return true;
    }

    /// <summary>A length of time in the request; <c>null</c>: absent or none.</summary>
    public static long? Duration(CgrText text) =>
        !text.IsEmpty && DurationText.TryParse(text.Utf8, 0, out CgrDuration duration) ? Math.Clamp(duration.Nanoseconds, 0, CallEvent.MaxUsage) : null;

    /// <summary>CGRateS's name for what kind of JSON value this is.</summary>
    public static string GoKind(ReadOnlySpan<byte> json) => json[0] switch
    {
        (byte)'"' => "string",
        (byte)'{' => "object",
        (byte)'[' => "array",
        (byte)'t' or (byte)'f' => "bool",
        _ => "number",
    };

    private static string ShortName(string goType) => goType[(goType.LastIndexOf('.') + 1)..];

    /// <summary>Where the event lies in the parameter, and the debit interval among the options beside it.</summary>
    private static string? FindEvent(ReadOnlySpan<byte> parameters, out ReadOnlySpan<byte> json, out ReadOnlySpan<byte> debitInterval)
    {
        json = default;
        debitInterval = default;
        bool hasEnvelope = false;
        Utf8JsonReader reader = new(parameters);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isEvent = IsName(ref reader, "Event"u8);
            bool isOptions = IsName(ref reader, "APIOpts"u8);
            hasEnvelope |= isEvent || IsName(ref reader, "Tenant"u8) || IsName(ref reader, "ID"u8) || isOptions;
            bool isNested = IsName(ref reader, "CGREvent"u8);
            reader.Read();
            int start = (int)reader.TokenStartIndex;
            if (isOptions && reader.TokenType == JsonTokenType.StartObject)
            {
                debitInterval = ReadDebitInterval(ref reader);
                continue;
            }

            reader.Skip();
            ReadOnlySpan<byte> value = parameters[start..(int)reader.BytesConsumed];
            if (isEvent && reader.TokenType != JsonTokenType.Null)
            {
                json = value;
            }
            else if (isNested && json.IsEmpty && value[0] == '{')
            {
                // rc8 clients put the event, its tenant and its ID into an object of their own.
                _ = FindEvent(value, out json, out _);
            }
        }

        return !json.IsEmpty ? null : hasEnvelope ? "MANDATORY_IE_MISSING: [Event]" : "MANDATORY_IE_MISSING: [CGREvent]";
    }

    private static ReadOnlySpan<byte> ReadDebitInterval(scoped ref Utf8JsonReader reader)
    {
        ReadOnlySpan<byte> debitInterval = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isInterval = reader.ValueTextEquals("*sessionsDebitInterval"u8);
            reader.Read();
            if (isInterval && reader.TokenType is JsonTokenType.String or JsonTokenType.Number && !reader.ValueIsEscaped)
            {
                debitInterval = reader.ValueSpan;
            }

            reader.Skip();
        }

        return debitInterval;
    }

    private static bool IsName(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(reader.ValueSpan, name);
}
