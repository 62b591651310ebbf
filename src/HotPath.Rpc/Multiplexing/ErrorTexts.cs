using System.Text;

namespace HotPath.Rpc;

/// <summary>Engines' error texts as strings. The same few come again and again: those seen last are kept, so that they allocate nothing.</summary>
internal sealed class ErrorTexts
{
    private const int SlotCount = 64;
    private const int MaxLength = 1024;

    private readonly (byte[] Json, string Text)[] _slots = new (byte[], string)[SlotCount];

    /// <summary>The text of an error.</summary>
    /// <param name="json">The value of <c>error</c>: a string's content, or the raw JSON of anything else. Cut at 1,024 bytes.</param>
    public string Get(ReadOnlySpan<byte> json)
    {
        json = json[..Math.Min(json.Length, MaxLength)];
        HashCode hash = default;
        hash.AddBytes(json);
        ref (byte[] Json, string Text) slot = ref _slots[hash.ToHashCode() & (SlotCount - 1)];
        if (slot.Json is null || !json.SequenceEqual(slot.Json))
        {
            slot = (json.ToArray(), Read(json));
        }

        return slot.Text;
    }

    private static string Read(ReadOnlySpan<byte> json)
    {
        if (json is not [(byte)'"', .., (byte)'"'])
        {
            return Encoding.UTF8.GetString(json);
        }

        Span<byte> text = stackalloc byte[MaxLength];
        return Encoding.UTF8.GetString(text[..JsonText.Unescape(json[1..^1], text)]);
    }
}
