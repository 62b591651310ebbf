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
}
