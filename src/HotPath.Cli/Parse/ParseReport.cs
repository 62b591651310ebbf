using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using HotPath.Sip;

namespace HotPath.Cli;

/// <summary>
/// One message as the parser sees it, as one line of JSON. Any bytes give valid JSON: what is no UTF-8 becomes U+FFFD, folds become one
/// space, a quoted display name is shown without its quotes.
/// </summary>
internal static class ParseReport
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(string file, ReadOnlySpan<byte> bytes)
    {
        SipMessageIndex index = new();
        SipParseResult result = SipParser.Parse(bytes, index);
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, s_options))
        {
            json.WriteStartObject();
            json.WriteString("file", file);
            json.WriteBoolean("ok", result.IsOk);
            if (result.IsOk)
            {
                WriteMessage(json, new SipMessage(bytes, index));
            }
            else
            {
                json.WriteString("error", result.Describe());
                json.WriteNumber("offset", result.Offset);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteMessage(Utf8JsonWriter json, SipMessage message)
    {
        if (message.IsRequest)
        {
            json.WriteString("kind", "request");
            json.WriteString("method", ToText(message.MethodText));
            json.WriteString("uri", ToText(message.RequestUri));
        }
        else
        {
            json.WriteString("kind", "response");
            json.WriteNumber("status", message.StatusCode);
            json.WriteString("reason", ToText(message.ReasonPhrase));
        }

        json.WriteStartArray("headers");
        for (int i = 0; i < message.HeaderCount; i++)
        {
            SipHeader header = message.GetHeader(i);
            json.WriteStartObject();
            json.WriteString("name", ToText(header.Name));
            json.WriteString("id", header.Id.ToString());
            json.WriteString("value", ToText(header.Value));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("callId", ToText(message.CallId));
        WriteAddress(json, "from", message.From);
        WriteAddress(json, "to", message.To);
        json.WriteStartObject("cseq");
        json.WriteNumber("number", message.CSeqNumber);
        json.WriteString("method", ToText(message.CSeqMethodText));
        json.WriteEndObject();
        json.WriteStartArray("via");
        foreach (ReadOnlySpan<byte> value in message.Values(SipHeaderId.Via))
        {
            WriteVia(json, value);
        }

        json.WriteEndArray();
        WriteNumberOrNull(json, "contentLength", message.ContentLength, isThere: message.ContentLength >= 0);
        json.WriteNumber("bodyLength", message.Body.Length);
    }

    private static void WriteAddress(Utf8JsonWriter json, string name, SipNameAddr address)
    {
        json.WriteStartObject(name);
        WriteTextOrNull(json, "display", Unquote(address.DisplayName));
        json.WriteString("uri", ToText(address.Uri));
        WriteTextOrNull(json, "tag", ToText(address.Tag));
        WriteParameters(json, address.Parameters);
        json.WriteEndObject();
    }

    /// <summary>Only the topmost Via is checked by the parser; one below it that is malformed is shown as its text.</summary>
    private static void WriteVia(Utf8JsonWriter json, ReadOnlySpan<byte> value)
    {
        json.WriteStartObject();
        if (SipVia.TryParse(value, out SipVia via))
        {
            json.WriteString("transport", ToText(via.Transport));
            json.WriteString("host", ToText(via.Host));
            WriteNumberOrNull(json, "port", via.Port, isThere: via.Port > 0);
            WriteTextOrNull(json, "branch", ToText(via.Branch));
            WriteTextOrNull(json, "received", ToText(via.Received));
            if (via.RPort == 0) json.WriteBoolean("rport", true);
            else WriteNumberOrNull(json, "rport", via.RPort, isThere: via.RPort != SipVia.NoRPort);

            WriteParameters(json, via.Parameters);
        }
        else
        {
            json.WriteString("malformed", ToText(value));
        }

        json.WriteEndObject();
    }

    /// <summary>All parameters, null for one without a value; of a repeated name the first, which is the one the parser goes by.</summary>
    private static void WriteParameters(Utf8JsonWriter json, ReadOnlySpan<byte> parameters)
    {
        HashSet<string> seen = [];
        json.WriteStartObject("params");
        SipParameterReader reader = new(parameters);
        while (reader.MoveNext())
        {
            string name = ToText(reader.Name);
            if (!seen.Add(name)) continue;

            if (reader.HasValue) json.WriteString(name, ToText(reader.Value));
            else json.WriteNull(name);
        }

        json.WriteEndObject();
    }

    private static void WriteTextOrNull(Utf8JsonWriter json, string name, string text)
    {
        if (text.Length > 0) json.WriteString(name, text);
        else json.WriteNull(name);
    }

    private static void WriteNumberOrNull(Utf8JsonWriter json, string name, int number, bool isThere)
    {
        if (isThere) json.WriteNumber(name, number);
        else json.WriteNull(name);
    }

    /// <summary>UTF-8 text with every fold, the white space around a line break, as one space.</summary>
    private static string ToText(ReadOnlySpan<byte> bytes)
    {
        string text = Encoding.UTF8.GetString(bytes);
        if (!text.Contains('\n')) return text;

        StringBuilder unfolded = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            int end = i;
            while (end < text.Length && text[end] is ' ' or '\t' or '\r' or '\n')
            {
                end++;
            }

            if (text.AsSpan(i, end - i).Contains('\n'))
            {
                unfolded.Append(' ');
                i = end - 1;
            }
            else
            {
                unfolded.Append(text[i]);
            }
        }

        return unfolded.ToString();
    }

    private static string Unquote(ReadOnlySpan<byte> display)
    {
        string text = ToText(display);
        if (!text.StartsWith('"')) return text;

        StringBuilder unquoted = new(text.Length);
        for (int i = 1; i < text.Length - 1; i++)
        {
            if (text[i] == '\\') i++;

            unquoted.Append(text[i]);
        }

        return unquoted.ToString();
    }
}
