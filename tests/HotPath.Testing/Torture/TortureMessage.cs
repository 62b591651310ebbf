using System.Text;
using System.Text.RegularExpressions;

namespace HotPath.Testing;

/// <summary>
/// The messages of RFC 4475 (all 49) and RFC 5118, made to test what parsers get wrong. They are kept as text in the notation of
/// RFC 4475 §2: lines end in CRLF, <c>&lt;hex&gt;</c> holds bytes that are no printable text. A line <c>==== name section</c> begins each.
/// </summary>
/// <remarks>
/// Two differ from their source. The archive of RFC 4475 ends <c>baddn</c> without the empty line its text has. The bodies of RFC 5118 are
/// not as long as their Content-Length says; here it says their length.
/// </remarks>
/// <param name="Name">The RFC's name of the message.</param>
/// <param name="Section">The section that says what to do with it.</param>
/// <param name="Bytes">The message as on the wire.</param>
public sealed partial record TortureMessage(string Name, string Section, byte[] Bytes)
{
    /// <summary>RFC 4475, then RFC 5118, in their order.</summary>
    public static IReadOnlyList<TortureMessage> All { get; } = [.. Read("rfc4475.txt"), .. Read("rfc5118.txt")];

    /// <summary>The message of that name.</summary>
    public static TortureMessage Find(string name) => All.Single(message => message.Name == name);

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static IEnumerable<TortureMessage> Read(string file)
    {
        using Stream resource = typeof(TortureMessage).Assembly.GetManifestResourceStream(file)!;
        using StreamReader reader = new(resource, Encoding.ASCII);
        foreach (Match message in MessageText().Matches(reader.ReadToEnd().ReplaceLineEndings("\n")))
        {
            yield return new TortureMessage(message.Groups["name"].Value, message.Groups["section"].Value, Decode(message.Groups["text"].Value));
        }
    }

    private static byte[] Decode(string text)
    {
        string bytes = Hex().Replace(text.ReplaceLineEndings("\r\n"), hex => Encoding.Latin1.GetString(Convert.FromHexString(hex.Groups[1].Value)));
        return Encoding.Latin1.GetBytes(bytes);
    }

    [GeneratedRegex(@"^==== (?<name>\S+) (?<section>\S+)\n(?<text>.*?)(?=^==== |\z)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex MessageText();

    [GeneratedRegex("<hex>([0-9A-F]+)</hex>")]
    private static partial Regex Hex();
}
