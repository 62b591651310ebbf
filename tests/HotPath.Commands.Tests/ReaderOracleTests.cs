using System.Globalization;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace HotPath.Commands.Tests;

/// <summary>
/// Guards: a reader understands a message as <see cref="JsonDocument"/> does, whatever stands in it, how often and in which order; and where
/// a value does not fit the schema, it names the first such member and the place of its value.
/// </summary>
public sealed class ReaderOracleTests
{
    private static readonly string[] s_names = ["Flag", "flag", "MaybeFlag", "Count", "COUNT", "Long", "Text", "Te\\u0078t", "Price", "Names", "Raw", "Unknown", "", "Flags", "\\n"];

    private static readonly string[] s_values =
    [
        "null", "true", "false", "0", "1", "-1", "-0", "5", "2147483647", "2147483648", "-2147483648", "-2147483649", "9223372036854775807", "9223372036854775808",
        "1.5", "-2.50", "1e3", "12E-1", "\"\"", "\"x\"", "\"5\"", "\"1.5\"", "\"true\"", "\"1\"", "\"\\u0041\\n\\\"\"", "\"ü\\ud83d\\ude00\"", "\"null\"",
        "{}", "[]", "[1,\"a\",null,true]", "[[]]", "[{}]", "{\"Text\":\"inner\"}", " [ \"b\" , \"c\" ] ", "\t7\n",
    ];

    private static readonly Gen<(string Name, string Value)[]> s_members = (
        from name in Gen.Elements(s_names)
        from value in Gen.Elements(s_values)
        select (name, value)).ArrayOf();

    [Fact]
    public void Replies_are_understood_as_JsonDocument_understands_them()
    {
        int good = 0;
        int cases = 0;
        Prop.ForAll(s_members.ToArbitrary(), members =>
        {
            string json = "{" + string.Join(',', members.Select(member => $"\"{member.Name}\":{member.Value}")) + "}";
            CgrReadResult result = EveryMemberReply.TryRead(Encoding.UTF8.GetBytes(json), CgrDialect.Current, out EveryMemberReply reply);
            (CgrReadResult expectedResult, string expected) = Understand(json, members);
            Assert.Equal((json, expectedResult), (json, result));
            if (result.IsOk)
            {
                Assert.Equal((json, expected), (json, Describe(reply.Flag, reply.MaybeFlag, reply.Count, reply.Long, reply.Text, reply.Price, reply.Names, reply.Raw)));
                good++;
            }

            cases++;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3_000).WithReplay(20_266, 7));
        TestContext.Current.TestOutputHelper!.WriteLine($"{good} of {cases} fit the schema");
        Assert.InRange(good, cases / 20, cases * 19 / 20);
    }

    private static (CgrReadResult Result, string Values) Understand(string json, (string Name, string Value)[] written)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        bool? flag = null;
        bool? maybeFlag = null;
        int? count = null;
        long? number = null;
        string? text = null;
        decimal? price = null;
        string?[]? names = null;
        string? raw = null;
        int at = 1;
        foreach ((JsonProperty property, (string Name, string Value) source) in document.RootElement.EnumerateObject().Zip(written))
        {
            at += Encoding.UTF8.GetByteCount(source.Name) + 3;
            JsonElement value = property.Value;
            int white = source.Value.Length - source.Value.TrimStart().Length;
            bool fits = property.Name.ToUpperInvariant() switch
            {
                "FLAG" => TryFlag(value, out flag),
                "MAYBEFLAG" => TryFlag(value, out maybeFlag),
                "COUNT" => TryWhole(value, int.MinValue, int.MaxValue, out long? whole) && ((count = (int?)whole) is null || true),
                "LONG" => TryWhole(value, long.MinValue, long.MaxValue, out number),
                "TEXT" => TryText(value, out text),
                "PRICE" => TryDecimal(value, out price),
                "NAMES" => TryNames(value, out names),
                "RAW" => (raw = value.ValueKind == JsonValueKind.Null ? null : value.GetRawText()) is null || true,
                _ => true,
            };
            if (!fits)
            {
                string member = typeof(EveryMemberReply).GetProperties().Single(each => each.Name.Equals(property.Name, StringComparison.OrdinalIgnoreCase)).Name;

                // An element of a list is told at its own place.
                int place = property.Name == "Names" && value.ValueKind == JsonValueKind.Array ? source.Value.IndexOfAny(['{', '['], white + 1) : white;
                return (new CgrReadResult(CgrReadError.WrongType, at + place, member), "");
            }

            at += Encoding.UTF8.GetByteCount(source.Value) + 1;
        }

        return (CgrReadResult.Ok, Describe(flag ?? false, maybeFlag, count ?? 0, number, text, price ?? 0, names, raw));
    }

    private static bool TryText(JsonElement value, out string? text)
    {
        text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Null => null,
            _ => value.GetRawText(),
        };
        return value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array);
    }

    private static bool TryFlag(JsonElement value, out bool? flag)
    {
        bool isText = TryText(value, out string? text);
        flag = text switch
        {
            null => null,
            "true" or "1" => true,
            _ => false,
        };
        return isText && text is null or "true" or "false" or "1" or "0" or "";
    }

    private static bool TryWhole(JsonElement value, long least, long most, out long? number)
    {
        number = null;
        if (!TryDecimal(value, out decimal? wide))
        {
            return false;
        }

        bool fits = wide is null || (decimal.IsInteger(wide.Value) && wide >= least && wide <= most);
        number = fits ? (long?)wide : null;
        return fits;
    }

    private static bool TryDecimal(JsonElement value, out decimal? number)
    {
        number = null;
        if (!TryText(value, out string? text) || text is null)
        {
            return text is null && value.ValueKind == JsonValueKind.Null;
        }

        bool isNumber = decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal parsed);
        number = parsed;
        return isNumber;
    }

    private static bool TryNames(JsonElement value, out string?[]? names)
    {
        names = null;
        if (value.ValueKind != JsonValueKind.Array)
        {
            return value.ValueKind == JsonValueKind.Null;
        }

        names = [.. value.EnumerateArray().Select(element => TryText(element, out string? text) ? text ?? "" : null)];
        return !names.Contains(null);
    }

    private static string Describe(bool flag, bool? maybeFlag, int count, long? number, string? text, decimal price, string?[]? names, string? raw) =>
        FormattableString.Invariant($"{flag} {maybeFlag} {count} {number} <{text}> {text is null} {price} [{(names is null ? "-" : string.Join('|', names))}] {raw}");
}
