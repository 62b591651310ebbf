using System.Buffers;
using System.Buffers.Text;
using System.ComponentModel;
using System.Numerics;
using System.Text;

namespace HotPath.Commands;

/// <summary>
/// Values that a call's policy sets by name, beside the members that a command declares: what <c>$cgr</c> and <c>$cgr_opt</c> are to the
/// reference module (facts: cgrates-module.md §3). A text, a whole number, a boolean or raw JSON; set again, a value keeps its place;
/// set to an absent text, it is gone. Names are case-sensitive. Who wins where a command has a member of the same name is said at
/// <see cref="CgrPlaceAttribute.Yields"/>. Variables are written only: the engine's side reads the members that the command declares.
/// <para>
/// A set is bounded by <see cref="MaxCount"/> and <see cref="MaxLength"/>. It keeps its memory when cleared, so that setting and writing
/// allocate nothing once it has its size. Not thread-safe: it belongs to whoever owns the call.
/// </para>
/// </summary>
public sealed partial class CgrVariables
{
    /// <summary>Most values in a set.</summary>
    public const int MaxCount = 64;

    /// <summary>Most bytes that a name takes on the wire, escapes included.</summary>
    public const int MaxNameLength = 128;

    /// <summary>Most bytes that a set takes on the wire, names and punctuation included.</summary>
    public const int MaxLength = 16 * 1024;

    /// <summary>Deepest nesting of raw JSON: it stands inside the envelope, its parameters, the command and the event.</summary>
    public const int MaxRawDepth = CgrJson.MaxDepth - EnclosingDepth;

    private const int EnclosingDepth = 4;

    /// <summary>Longest value that is prepared on the stack.</summary>
    private const int StackLength = 512;

    /// <summary>The values as they are written, one after the other: <c>"name":value,</c>.</summary>
    private byte[] _json = [];
    private int _length;

    /// <summary>One for each value, in the same order.</summary>
    private Entry[] _entries = [];

    /// <summary>A bit for each name (<see cref="Bit"/>): most names that are not there are known not to be without looking.</summary>
    private ulong _names;

    private enum Kind : byte
    {
        Text,
        Integer,
        Boolean,
        Raw,
    }

    /// <summary>Number of values.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes that the values take on the wire.</summary>
    public int Length => _length;

    /// <summary>
    /// Sets a text; an absent one removes the value. Invalid UTF-8 and surrogates without their other half become U+FFFD, as everywhere on
    /// the wire.
    /// </summary>
    public CgrVariableResult TrySet(CgrText name, CgrText value)
    {
        if (!value.IsPresent)
        {
            Remove(name);
            return CgrVariableResult.Ok;
        }

        if (value.Utf8.Length + value.Utf16.Length > MaxLength)
        {
            return new CgrVariableResult(CgrVariableError.TooLong);
        }

        Span<byte> json = stackalloc byte[StackLength];
        byte[]? rented = null;
        int end = Quote(value, json);
        if (end > json.Length)
        {
            json = rented = ArrayPool<byte>.Shared.Rent(end);
            end = Quote(value, json);
        }

        CgrVariableResult result = Put(name, Kind.Text, json[..ReplaceEscapes(json[..end])]);
        GiveBack(rented);
        return result;
    }

    /// <summary>Sets a whole number. In a set of options it is a flag: 0 is written as false, all else as true (facts: cgrates-module.md §2).</summary>
    public CgrVariableResult TrySet(CgrText name, long value)
    {
        Span<byte> json = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, json, out int length);
        return Put(name, Kind.Integer, json[..length]);
    }

    /// <summary>Sets a boolean.</summary>
    public CgrVariableResult TrySet(CgrText name, bool value) => Put(name, Kind.Boolean, value ? "true"u8 : "false"u8);

    /// <summary>
    /// Sets a value that is written as it stands: one whole JSON value, white space around it left out; an absent text removes the value.
    /// What is not JSON is refused here, with the place of the mistake, and the value of before stays.
    /// </summary>
    public CgrVariableResult TrySetRaw(CgrText name, CgrText json)
    {
        if (!json.IsPresent)
        {
            Remove(name);
            return CgrVariableResult.Ok;
        }

        CgrVariableResult result = RentUtf8(json, stackalloc byte[StackLength], out ReadOnlySpan<byte> utf8, out byte[]? rented);
        if (result.IsOk)
        {
            CgrReader reader = new(utf8, EnclosingDepth);
            reader.SkipValue();
            CgrReadResult read = reader.Finish();
            result = read.Error switch
            {
                CgrReadError.None => Put(name, Kind.Raw, utf8.Trim(" \t\r\n"u8)),
                CgrReadError.TooDeep => new CgrVariableResult(CgrVariableError.TooDeep, read.Offset),
                _ => new CgrVariableResult(CgrVariableError.InvalidJson, read.Offset),
            };
        }

        GiveBack(rented);
        return result;
    }

    /// <summary>
    /// Sets a value as the module's <c>:=</c> does, for scripts that are being moved: an object, an array or a string in quotes at the beginning
    /// is raw JSON, and whatever follows it is dropped; a number or boolean is one only if something follows it; all else is a text
    /// (facts: cgrates-module.md §3). JSON is JSON as in RFC 8259: the module's parser knows more forms of it, which are texts here.
    /// </summary>
    public CgrVariableResult TrySetRawLoosely(CgrText name, CgrText text)
    {
        if (!text.IsPresent)
        {
            Remove(name);
            return CgrVariableResult.Ok;
        }

        CgrVariableResult result = RentUtf8(text, stackalloc byte[StackLength], out ReadOnlySpan<byte> utf8, out byte[]? rented);
        int length = result.IsOk ? LeadingJsonLength(utf8) : 0;
        result = length == 0 ? TrySet(name, text) : Put(name, Kind.Raw, utf8[..length].TrimStart(" \t\r\n"u8));
        GiveBack(rented);
        return result;
    }

    /// <summary>Sets all values of another set. At the first that does not fit it ends and says why; those before it are set.</summary>
    public CgrVariableResult TrySetAll(CgrVariables other)
    {
        CgrVariableResult result = CgrVariableResult.Ok;
        for (int i = 0; i < other.Count && result.IsOk; i++)
        {
            ref readonly Entry entry = ref other._entries[i];
            result = PutKey(other.NameOf(entry), entry.Kind, other.ValueOf(entry));
        }

        return result;
    }

    /// <summary>Removes a value. False: there was none of this name.</summary>
    public bool Remove(CgrText name)
    {
        int index = IndexOf(name);
        if (index < 0)
        {
            return false;
        }

        Resize(index, 0);
        _entries.AsSpan(index + 1, Count - index - 1).CopyTo(_entries.AsSpan(index));
        Count--;
        _names = 0;
        for (int i = 0; i < Count; i++)
        {
            _names |= Bit(NameOf(_entries[i]));
        }

        return true;
    }

    /// <summary>Removes all values; the memory is kept for the next ones.</summary>
    public void Clear()
    {
        Count = 0;
        _length = 0;
        _names = 0;
    }

    /// <summary>There is a value of this name.</summary>
    public bool Contains(CgrText name) => IndexOf(name) >= 0;

    /// <summary>
    /// A value as text: of a number or boolean its digits or letters, of raw JSON the JSON. It is good until the set is changed or
    /// <paramref name="scratch"/> is reset, which is used for text that needs escaping on the wire. False: there is none of this name.
    /// </summary>
    public bool TryGet(CgrText name, CgrScratch scratch, out CgrText value)
    {
        int index = IndexOf(name);
        if (index < 0)
        {
            value = default;
            return false;
        }

        ReadOnlySpan<byte> json = ValueOf(_entries[index]);
        if (_entries[index].Kind == Kind.Text)
        {
            json = json[1..^1];
            if (json.Contains((byte)'\\'))
            {
                Span<byte> plain = scratch.Take(json.Length);
                JsonEscapes.TryUnescape(json, plain, out int length);
                scratch.GiveBack(plain.Length - length);
                json = plain[..length];
            }
        }

        value = json;
        return true;
    }

    /// <summary>For generated code: the bit that stands for the value of this name, 0 if there is none.</summary>
    /// <param name="name">A name that needs no escaping.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public ulong MaskOf(ReadOnlySpan<byte> name) => IndexOfKey(name) is >= 0 and int index ? 1UL << index : 0;

    /// <summary>For generated code: the bits that stand for the values of which the other set has one of the same name.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public ulong MaskOfShared(CgrVariables other)
    {
        ulong mask = 0;
        for (int i = 0; i < Count; i++)
        {
            mask |= other.IndexOfKey(NameOf(_entries[i])) >= 0 ? 1UL << i : 0;
        }

        return mask;
    }

    /// <summary>The values as a JSON object (allocates).</summary>
    public override string ToString() => $"{{{Encoding.UTF8.GetString(_json.AsSpan(0, Math.Max(0, _length - 1)))}}}";

    /// <summary>The name as it stands between its quotes on the wire. Empty: it cannot be a name.</summary>
    private static ReadOnlySpan<byte> KeyOf(CgrText name, Span<byte> room)
    {
        int end = CgrEncoder.Text(room, 0, name);
        return name.IsEmpty || end > room.Length ? default : room[..ReplaceEscapes(room[..(end - 2)])];
    }

    /// <summary>The text in quotes, escaped where it has to be; if it does not fit, how long it is at most.</summary>
    private static int Quote(CgrText value, Span<byte> json)
    {
        json[0] = (byte)'"';
        return CgrEncoder.Text(json, 1, value) is var end && end > json.Length ? end : end - 1;
    }

    /// <summary>
    /// What was not valid text was written as the escape of U+FFFD; the character itself needs none. Puts it there, so that both writers
    /// write the same. Returns the length that is left.
    /// </summary>
    private static int ReplaceEscapes(Span<byte> json)
    {
        int at = json.IndexOf((byte)'\\');
        if (at < 0)
        {
            return json.Length;
        }

        int written = at;
        while (at < json.Length)
        {
            if (json[at..].StartsWith("\\uFFFD"u8))
            {
                "\uFFFD"u8.CopyTo(json[written..]);
                written += 3;
                at += 6;
                continue;
            }

            // An escape's second character may be another backslash.
            int length = json[at] == '\\' ? 2 : 1;
            json.Slice(at, length).CopyTo(json[written..]);
            written += length;
            at += length;
        }

        return written;
    }

    /// <summary>Length of what the module takes for JSON at the beginning of a text; 0: it is a text.</summary>
    private static int LeadingJsonLength(ReadOnlySpan<byte> text)
    {
        CgrReader reader = new(text, EnclosingDepth);
        reader.SkipValue();
        int length = reader.Position;
        if (!reader.IsOk)
        {
            return 0;
        }

        byte last = text[length - 1];
        bool endsItself = last is (byte)'}' or (byte)']' or (byte)'"';
        return endsItself || (length < text.Length && !text[..length].EndsWith("null"u8)) ? length : 0;
    }

    private static CgrVariableResult RentUtf8(CgrText text, Span<byte> stack, out ReadOnlySpan<byte> utf8, out byte[]? rented)
    {
        utf8 = text.Utf8;
        rented = null;
        if (utf8.Length + text.Utf16.Length > MaxLength)
        {
            return new CgrVariableResult(CgrVariableError.TooLong);
        }

        bool isValid;
        if (text.IsUtf16)
        {
            int most = Encoding.UTF8.GetMaxByteCount(text.Utf16.Length);
            Span<byte> room = most <= stack.Length ? stack : rented = ArrayPool<byte>.Shared.Rent(most);
            isValid = System.Text.Unicode.Utf8.FromUtf16(text.Utf16, room, out _, out int length, replaceInvalidSequences: false) == OperationStatus.Done;
            utf8 = room[..length];
            return isValid ? CgrVariableResult.Ok : new CgrVariableResult(CgrVariableError.InvalidJson, length);
        }

        return System.Text.Unicode.Utf8.IsValid(utf8) ? CgrVariableResult.Ok : new CgrVariableResult(CgrVariableError.InvalidJson, ValidLength(utf8));
    }

    private static int ValidLength(ReadOnlySpan<byte> utf8)
    {
        int length = 0;
        while (Rune.DecodeFromUtf8(utf8[length..], out _, out int used) == OperationStatus.Done)
        {
            length += used;
        }

        return length;
    }

    private static void GiveBack(byte[]? rented)
    {
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static ulong Bit(ReadOnlySpan<byte> name) => 1UL << (name.Length + (name[0] << 2) + (name[^1] << 1));

    private CgrVariableResult Put(CgrText name, Kind kind, ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> key = KeyOf(name, stackalloc byte[MaxNameLength + 2]);
        return key.IsEmpty ? new CgrVariableResult(CgrVariableError.InvalidName) : PutKey(key, kind, value);
    }

    private CgrVariableResult PutKey(ReadOnlySpan<byte> key, Kind kind, ReadOnlySpan<byte> value)
    {
        int index = IndexOfKey(key);
        int length = key.Length + value.Length + 4;
        if (_length + length - (index < 0 ? 0 : _entries[index].Length) > MaxLength)
        {
            return new CgrVariableResult(CgrVariableError.TooLong);
        }

        if (index < 0)
        {
            if (Count == MaxCount)
            {
                return new CgrVariableResult(CgrVariableError.TooMany);
            }

            index = Add(key);
        }

        Resize(index, length);
        ref Entry entry = ref _entries[index];
        entry.Kind = kind;
        Span<byte> json = _json.AsSpan(entry.Start, length);
        json[0] = (byte)'"';
        key.CopyTo(json[1..]);
        json[key.Length + 1] = (byte)'"';
        json[key.Length + 2] = (byte)':';
        value.CopyTo(json[(key.Length + 3)..]);
        json[^1] = (byte)',';
        return CgrVariableResult.Ok;
    }

    private int Add(ReadOnlySpan<byte> key)
    {
        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, Math.Max(8, Count * 2));
        }

        _entries[Count] = new Entry { Start = _length, NameLength = key.Length };
        _names |= Bit(key);
        return Count++;
    }

    /// <summary>Makes the room of a value longer or shorter; those behind it move.</summary>
    private void Resize(int index, int length)
    {
        ref Entry entry = ref _entries[index];
        int change = length - entry.Length;
        if (_length + change > _json.Length)
        {
            Array.Resize(ref _json, (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(256, _length + change)));
        }

        int end = entry.Start + entry.Length;
        _json.AsSpan(end, _length - end).CopyTo(_json.AsSpan(end + change));
        entry.Length = length;
        _length += change;
        foreach (ref Entry behind in _entries.AsSpan(index + 1, Count - index - 1))
        {
            behind.Start += change;
        }
    }

    private int IndexOf(CgrText name) => IndexOfKey(KeyOf(name, stackalloc byte[MaxNameLength + 2]));

    private int IndexOfKey(ReadOnlySpan<byte> key)
    {
        if (key.IsEmpty || (_names & Bit(key)) == 0)
        {
            return -1;
        }

        for (int i = 0; i < Count; i++)
        {
            if (NameOf(_entries[i]).SequenceEqual(key))
            {
                return i;
            }
        }

        return -1;
    }

    private ReadOnlySpan<byte> NameOf(in Entry entry) => _json.AsSpan(entry.Start + 1, entry.NameLength);

    private ReadOnlySpan<byte> ValueOf(in Entry entry) => _json.AsSpan(entry.Start, entry.Length - 1)[(entry.NameLength + 3)..];

    /// <summary>Where <c>"name":value,</c> stands, and what the value is.</summary>
    private struct Entry
    {
        public int Start;
        public int Length;
        public int NameLength;
        public Kind Kind;
    }
}
