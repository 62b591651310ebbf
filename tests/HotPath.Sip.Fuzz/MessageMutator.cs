using System.Text;

namespace HotPath.Sip.Fuzz;

/// <summary>
/// Breaks messages where it may hurt: at bytes, and at the structure a parser sees: lines, names, values, parameters, numbers, quotes,
/// folds, repetitions.
/// </summary>
/// <param name="random">Decides.</param>
public sealed class MessageMutator(Random random)
{
    private const int LongestRepeat = 3_000;
    private const int Longest = 20_000;

    private static readonly byte[][] s_fragments =
    [
        .. new[]
        {
            "\r\n", "\r", "\n", "\r\n ", "\n\t", "\r\n\r\n", ":", ";", ",", "\"", "\\", "<", ">", "@", "=", "?", "%", "[", "]", "(", ")", " ", "\t", "\0", "\u00FF",
            ";received=1;maddr=h;ttl=1", ";=", ";;", "=;", "; ", "\"A\" ", "\"A\\\"", "SIP/2.0", "SIP/2.0/UDP ", "Via:", "v:", "To:", "t: ", "CSeq: 1 INVITE",
            "Content-Length: 5", "l:0", "4294967296", "99999999999999999999", "-1", "2147483648", ";tag=", ";rport", "sip:", "::", "*", "%0", "%00", "Digest a=\"",
            "Max-Forwards: 0", ";cause=", "Reason: Q.850;cause=16", "Privacy: id;", "INVITE sip:a SIP/2.0\r\n",
        }.Select(Encoding.Latin1.GetBytes),
    ];

    /// <summary>A message with one to six things broken.</summary>
    /// <param name="message">Where to begin.</param>
    /// <param name="other">Another message, from which parts are taken.</param>
    public byte[] Mutate(byte[] message, byte[] other)
    {
        List<byte> bytes = [.. message];
        for (int change = random.Next(1, 7); change > 0; change--)
        {
            int at = random.Next(bytes.Count + 1);
            switch (random.Next(12))
            {
                case 0 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 40), bytes.Count - at));
                    break;
                case 3:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 4:
                    bytes.InsertRange(at, Slice(bytes, random.Next(80)));
                    break;
                case 5:
                    Repeat(bytes, at);
                    break;
                case 6:
                    (int start, int length) = PickLine(bytes);
                    bytes.RemoveRange(start, length);
                    break;
                case 7:
                    (start, length) = PickLine(bytes);
                    bytes.InsertRange(PickLine(bytes).Start, bytes.GetRange(start, length));
                    break;
                case 8:
                    List<byte> source = [.. other];
                    (start, length) = PickLine(source);
                    bytes.InsertRange(PickLine(bytes).Start, source.GetRange(start, length));
                    break;
                case 9:
                    ReplaceNumber(bytes, at);
                    break;
                default:
                    bytes.InsertRange(at, s_fragments[random.Next(s_fragments.Length)]);
                    break;
            }
        }

        return [.. bytes];
    }

    private void Repeat(List<byte> bytes, int at)
    {
        byte[] part = random.Next(2) == 0 ? s_fragments[random.Next(s_fragments.Length)] : [.. Slice(bytes, random.Next(1, 30))];
        if (part.Length == 0) return;

        int times = Math.Min(random.Next(1, LongestRepeat), Math.Max(0, Longest - bytes.Count) / part.Length);
        bytes.InsertRange(at, Enumerable.Repeat(part, times).SelectMany(each => each));
    }

    private void ReplaceNumber(List<byte> bytes, int from)
    {
        int start = bytes.FindIndex(from, each => each is >= (byte)'0' and <= (byte)'9');
        if (start < 0) return;

        int end = start;
        while (end < bytes.Count && bytes[end] is >= (byte)'0' and <= (byte)'9') end++;

        bytes.RemoveRange(start, end - start);
        bytes.InsertRange(start, Encoding.ASCII.GetBytes(random.Next(5) switch
        {
            0 => "",
            1 => random.NextInt64().ToString(),
            2 => (1L << random.Next(63)).ToString(),
            3 => new string('0', random.Next(1, 60)) + random.Next(1000),
            _ => random.Next(2000).ToString(),
        }));
    }

    private List<byte> Slice(List<byte> bytes, int length)
    {
        int start = random.Next(bytes.Count + 1);
        return bytes.GetRange(start, Math.Min(length, bytes.Count - start));
    }

    private (int Start, int Length) PickLine(List<byte> bytes)
    {
        int at = random.Next(bytes.Count + 1);
        int start = at == 0 ? 0 : bytes.LastIndexOf((byte)'\n', at - 1) + 1;
        int lineFeed = bytes.IndexOf((byte)'\n', start);
        return (start, (lineFeed < 0 ? bytes.Count : lineFeed + 1) - start);
    }
}
