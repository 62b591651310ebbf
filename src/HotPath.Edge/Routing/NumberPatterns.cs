using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace HotPath.Edge;

/// <summary>
/// Numbers, prefixes of numbers and services by which a called destination is recognised: <c>112</c>, <c>+49112</c>, <c>0800*</c>,
/// <c>urn:service:sos*</c> (RFC 5031). An asterisk at the end stands for any rest, none included. Immutable.
/// </summary>
public sealed class NumberPatterns
{
    private const string ServicePrefix = "urn:service:";

    /// <summary>No destination matches.</summary>
    public static readonly NumberPatterns None = new([]);

    // In the order of their bytes, and none that another one's prefix covers: so only the last that is not greater than a destination
    // can match it.
    private readonly Pattern[] _patterns;

    private NumberPatterns(Pattern[] patterns) => _patterns = patterns;

    /// <summary>How many patterns there are that no other one covers.</summary>
    public int Count => _patterns.Length;

    /// <summary>Reads patterns.</summary>
    /// <param name="texts">The patterns, in any order.</param>
    /// <param name="patterns">The result; <c>null</c> if one is wrong.</param>
    /// <param name="wrong">Index of the first that is wrong, or -1.</param>
    /// <param name="problem">What is wrong with it and what to write instead; empty on success.</param>
    public static bool TryParse(IReadOnlyList<string> texts, [NotNullWhen(true)] out NumberPatterns? patterns, out int wrong, out string problem)
    {
        List<Pattern> all = new(texts.Count);
        patterns = null;
        for (wrong = 0; wrong < texts.Count; wrong++)
        {
            if (!IsPattern(texts[wrong]))
            {
                problem = $"'{texts[wrong]}' is not a pattern; write a number (112, +49800*) or a service (urn:service:sos*), an asterisk at the end for any rest";
                return false;
            }

            bool isPrefix = texts[wrong].EndsWith('*');
            all.Add(new Pattern(Encoding.UTF8.GetBytes(texts[wrong].TrimEnd('*').ToLowerInvariant()), isPrefix));
        }

        // Of two that say the same, the prefix comes first and covers the other.
        all.Sort((one, other) => one.Text.AsSpan().SequenceCompareTo(other.Text) is not 0 and var order ? order : other.IsPrefix.CompareTo(one.IsPrefix));
        List<Pattern> kept = new(all.Count);
        foreach (Pattern pattern in all)
        {
            if (kept.Count == 0 || !kept[^1].Matches(pattern.Text))
            {
                kept.Add(pattern);
            }
        }

        patterns = new NumberPatterns([.. kept]);
        wrong = -1;
        problem = "";
        return true;
    }

    /// <summary>The destination matches one of the patterns. Allocates nothing; takes as many comparisons as the count has binary digits.</summary>
    /// <param name="destination">A number without visual separators, or a service URN in lower case.</param>
    public bool Match(ReadOnlySpan<byte> destination)
    {
        int low = 0;
        int high = _patterns.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_patterns[middle].Text.AsSpan().SequenceCompareTo(destination) <= 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low > 0 && _patterns[low - 1].Matches(destination);
    }

    /// <summary>Takes the destination out of a Request-URI: the user, or the whole of a service URN in lower case.</summary>
    /// <param name="requestUri">The Request-URI.</param>
    /// <param name="buffer">Room for it.</param>
    /// <param name="destination">The destination, in <paramref name="buffer"/>.</param>
    /// <returns><c>false</c> if there is none, or if it is longer than <paramref name="buffer"/>.</returns>
    internal static bool TryRead(ReadOnlySpan<byte> requestUri, Span<byte> buffer, out ReadOnlySpan<byte> destination)
    {
        if (!IsService(requestUri))
        {
            return UserPart.TryDecode(requestUri, buffer, out destination);
        }

        bool fits = Ascii.ToLower(requestUri, buffer, out int written) == System.Buffers.OperationStatus.Done;
        destination = buffer[..written];
        return fits;
    }

    /// <summary>The URI names a service and no address (RFC 5031).</summary>
    internal static bool IsService(ReadOnlySpan<byte> uri) => uri.Length > ServicePrefix.Length && Ascii.EqualsIgnoreCase(uri[..ServicePrefix.Length], ServicePrefix);

    /// <inheritdoc cref="IsService(ReadOnlySpan{byte})"/>
    internal static bool IsService(string uri) => uri.StartsWith(ServicePrefix, StringComparison.OrdinalIgnoreCase);

    private static bool IsPattern(string text)
    {
        string fixedPart = text.EndsWith('*') ? text[..^1] : text;
        return IsService(fixedPart)
            ? fixedPart.Length > ServicePrefix.Length && fixedPart.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is ':' or '.' or '-')
            : fixedPart.TrimStart('+') is { Length: > 0 } digits && fixedPart.Length - digits.Length <= 1 && digits.All(char.IsAsciiDigit);
    }

    private readonly record struct Pattern(byte[] Text, bool IsPrefix)
    {
        public bool Matches(ReadOnlySpan<byte> destination) => IsPrefix ? destination.StartsWith(Text) : destination.SequenceEqual(Text);
    }
}
