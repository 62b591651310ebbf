using System.Buffers;

namespace HotPath.Rpc;

/// <summary>Steps over JSON without reading it. Never throws; -1 says that there is no value.</summary>
internal static class JsonSkipper
{
    private static readonly SearchValues<byte> s_numberBytes = SearchValues.Create("-+.0123456789Ee"u8);

    /// <summary>The position of the first byte at or after <paramref name="position"/> that is not blank.</summary>
    public static int SkipBlanks(ReadOnlySpan<byte> json, int position)
    {
        while (position < json.Length && json[position] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            position++;
        }

        return position;
    }

    /// <summary>The position after the value that begins at <paramref name="position"/>, or -1.</summary>
    public static int SkipValue(ReadOnlySpan<byte> json, int position)
    {
        if ((uint)position >= (uint)json.Length)
        {
            return -1;
        }

        ReadOnlySpan<byte> rest = json[position..];
        int length = rest[0] switch
        {
            (byte)'"' => StringLength(rest),
            (byte)'{' or (byte)'[' => ContainerLength(rest),
            (byte)'t' => LiteralLength(rest, "true"u8),
            (byte)'f' => LiteralLength(rest, "false"u8),
            (byte)'n' => LiteralLength(rest, "null"u8),
            (byte)'-' or (>= (byte)'0' and <= (byte)'9') => NumberLength(rest),
            _ => -1,
        };
        return length < 0 ? -1 : position + length;
    }

    private static int StringLength(ReadOnlySpan<byte> json)
    {
        int position = 1;
        while (true)
        {
            int found = json[position..].IndexOfAny((byte)'"', (byte)'\\');
            if (found < 0)
            {
                return -1;
            }

            position += found;
            if (json[position] == (byte)'"')
            {
                return position + 1;
            }

            position += 2;
            if (position > json.Length)
            {
                return -1;
            }
        }
    }

    private static int ContainerLength(ReadOnlySpan<byte> json)
    {
        FrameScanner scanner = default;
        return scanner.ScanContainer(json, out int length) == FrameScanStatus.Complete ? length : -1;
    }

    private static int LiteralLength(ReadOnlySpan<byte> json, ReadOnlySpan<byte> literal) => json.StartsWith(literal) ? literal.Length : -1;

    private static int NumberLength(ReadOnlySpan<byte> json)
    {
        int length = json.IndexOfAnyExcept(s_numberBytes);
        return length < 0 ? json.Length : length;
    }
}
