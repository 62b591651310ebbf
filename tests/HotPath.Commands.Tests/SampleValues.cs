using FsCheck;
using FsCheck.Fluent;

namespace HotPath.Commands.Tests;

/// <summary>Values for the members of a command: the awkward ones more often than the plain ones.</summary>
public sealed record SampleValues(object?[] Texts, long[] Numbers, bool[] Flags)
{
    private const int Count = 16;

    private static readonly DateTimeOffset s_firstTime = new(1, 1, 1, 0, 0, 1, TimeSpan.Zero);
    private static readonly DateTimeOffset s_lastTime = new(5000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Gen<byte[]> s_anyBytes = Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf();
    private static readonly Gen<string> s_anyChars = Gen.Choose(0, 0xFFFF).Select(value => (char)value).ArrayOf().Select(chars => new string(chars));
    private static readonly Gen<string> s_plain = Gen.Elements("", "1001", "*voice", "cgrates.org", "+4930123", "1-1377@127.0.0.1", new string('x', 15), new string('y', 16), new string('z', 17), new string('w', 700));
    private static readonly Gen<string> s_awkward = Gen.Elements("\"", "\\", "\"quoted\"", "a\0b", "\u001f", "\u007f", "ünïcode", "日本語", "\U0001F600", "\ud800", "x\udc00y", "\u2028", "</script>&'+", "fifteen chars 1\"", "sixteen chars 12\\", "\ufffd", "\uffff");

    private static readonly string[] s_json = ["{}", "[]", "-1.5e3", "\"ü\\u0000\"", "true", "{\"a\":[1,{\"b\":null}], \"c\" : \"x\"}", $"[\"{new string('j', 500)}\"]"];

    private static readonly Gen<object?> s_text = Gen.Frequency(
        (2, Gen.Constant<object?>(null)),
        (3, s_plain.Select(text => (object?)text)),
        (3, s_plain.Select(text => (object?)System.Text.Encoding.UTF8.GetBytes(text))),
        (3, s_awkward.Select(text => (object?)text)),
        (3, s_awkward.Select(text => (object?)System.Text.Encoding.UTF8.GetBytes(text))),
        (2, s_anyBytes.Select(bytes => (object?)bytes)),
        (2, s_anyChars.Select(chars => (object?)chars)),
        (1, s_anyBytes.Resize(3000).Select(bytes => (object?)bytes)));

    private static readonly Gen<long> s_number = Gen.Frequency(
        (2, Gen.Elements(0, 1, -1, 10, 999_999_999, 1_000_000_000, 60_000_000_000, 1_500_000_000, -1_500_000_000, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue)),
        (2, Gen.Choose(0, int.MaxValue).Select(value => (long)value * 7_919)));

    public static Arbitrary<SampleValues> Arbitrary { get; } = (
        from texts in s_text.ArrayOf(Count)
        from numbers in s_number.ArrayOf(Count)
        from flags in Gen.Elements(true, false).ArrayOf(Count)
        select new SampleValues(texts, numbers, flags)).ToArbitrary();

    private static readonly string[] s_names =
        ["OriginID", "Account", "Tenant", "ID", "Flag", "MaybeFlag", "Count", "Long", "MaybeLong", "Text", "Sure", "Nanoseconds", "Time", "GetMaxUsage", "Event", "Destination", "account", "Own", "a \"name\" \\uFFFD", "日本語"];

    /// <summary>Sets of variables have values; without it there are none.</summary>
    public bool HasVariables { get; init; }

    /// <summary>A set of every kind of value, some under the names of members.</summary>
    public CgrVariables? Variables(int index)
    {
        if (!HasVariables || Flags[index])
        {
            return null;
        }

        CgrVariables variables = new();
        for (int i = 0; i < Count; i++)
        {
            string name = s_names[(uint)(index + Numbers[i]) % s_names.Length];
            CgrVariableResult result = (index + i) switch
            {
                int kind when kind % 4 == 0 => variables.TrySet(name, Numbers[i]),
                int kind when kind % 4 == 1 => variables.TrySet(name, Flags[i]),
                int kind when kind % 7 == 2 => variables.TrySetRaw(name, """ {"a":[1, null,"\u0041"]} """),
                _ => variables.TrySet(name, Text(i)),
            };
            Assert.True(result.IsOk || result.Error == CgrVariableError.TooLong, result.ToString());
        }

        return variables;
    }

    public CgrText Text(int index) => Texts[index] switch
    {
        byte[] utf8 => utf8,
        string text => text,
        _ => default,
    };

    /// <summary>A price, with as many as six decimals.</summary>
    public decimal Decimal(int index) => Numbers[index] / 1_000_000m;

    /// <summary>JSON of any kind but null.</summary>
    public string? Json(int index) => Flags[index] ? s_json[(int)((ulong)Numbers[index] % (ulong)s_json.Length)] : null;

    public string[]? Strings(int index) => Flags[index] ? [.. Texts.Skip(index).OfType<string>()] : null;

    public EveryPart[]? Parts(int index) => Flags[index] ? [Part(index), default, new() { Parts = [Part(index + 1)] }] : null;

    public EveryPart Part(int index) => new() { Name = Texts[index] as string, Usage = Duration(index), Parts = Flags[index + 1] ? [] : null };

    public override string ToString() =>
        $"{string.Join(' ', Texts.Select(text => text is byte[] utf8 ? Convert.ToHexString(utf8) : text is string utf16 ? Convert.ToHexString(System.Text.Encoding.Unicode.GetBytes(utf16)) : "-"))} | {string.Join(' ', Numbers)} | {string.Join(' ', Flags)}";

    public bool Flag(int index) => Flags[index];

    public CgrDuration? Duration(int index) => Flags[index] ? new CgrDuration(Numbers[index]) : null;

    public DateTimeOffset? Time(int index) => Flags[index] ? RealTime(index) : null;

    public long? Long(int index) => Flags[index] ? Numbers[index] : null;

    public int? Int(int index) => Flags[index] ? (int)Numbers[index] : null;

    /// <summary>
    /// From the second second of the calendar (the first is Go's zero time: not set) to the year 5000 (soon after it, unix seconds
    /// have as many digits as milliseconds).
    /// </summary>
    public DateTimeOffset RealTime(int index) => s_firstTime.AddTicks((long)((ulong)Numbers[index] % (ulong)(s_lastTime - s_firstTime).Ticks));
}
