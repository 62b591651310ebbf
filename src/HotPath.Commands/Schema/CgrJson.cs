using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace HotPath.Commands;

/// <summary>The JSON conventions of the wire, in one place.</summary>
public static class CgrJson
{
    /// <summary>Deepest nesting read from the wire.</summary>
    public const int MaxDepth = 64;

    /// <summary>
    /// Most elements read from the wire into lists, all lists of a value counted together. An element of two bytes can be a struct of hundreds:
    /// without a limit, a reply would decide how much memory it takes.
    /// </summary>
    public const int MaxElements = 100_000;

    /// <summary>
    /// The options under which <c>WriteTo</c> and <c>Encode</c> give the same bytes: relaxed escaping, so that <c>+49…</c> is
    /// copied, not indented, not validated.
    /// </summary>
    public static JsonWriterOptions WriterOptions => new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Indented = false,
        SkipValidation = true,
    };

    /// <summary>
    /// Reads an object out of a member that is raw JSON: what few callers look at is not taken apart for all, and an engine that writes it
    /// in another shape spoils nothing else of its reply. Allocates.
    /// </summary>
    /// <param name="json">The member; <c>null</c>: there is none.</param>
    /// <param name="value">What was read; <c>null</c> where there is none.</param>
    public static CgrReadResult TryRead<TObject>(string? json, out TObject? value)
        where TObject : struct, ICgrObject<TObject>
    {
        value = null;
        if (json is null)
        {
            return CgrReadResult.Ok;
        }

        CgrReader reader = new(Encoding.UTF8.GetBytes(json));
        TObject.Read(ref reader, typeof(TObject).Name, out value);
        CgrReadResult read = reader.Finish();
        value = read.IsOk ? value : null;
        return read;
    }
}
