using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace HotPath.Commands.Tests;

/// <summary>Guards: a set of variables holds what was set last under each name, bounded, and tells a mistake when it is made.</summary>
public sealed class CgrVariablesTests
{
    private readonly CgrVariables _variables = new();

    [Fact]
    public void A_whole_set_is_set_over_another_as_it_stands()
    {
        CgrVariables first = new();
        first.TrySet("Text", "a \"b\"");
        first.TrySet("Kept", 1);
        CgrVariables second = new();
        second.TrySet("Text", "longer than before");
        second.TrySetRaw("a \"name\"", "[1]");
        second.TrySet("Flag", true);
        Assert.True(first.TrySetAll(second).IsOk);
        Assert.Equal("""{"Text":"longer than before","Kept":1,"a \"name\"":[1],"Flag":true}""", first.ToString());

        for (int i = first.Count; i < CgrVariables.MaxCount; i++)
        {
            first.TrySet($"n{i}", i);
        }

        second.Clear();
        second.TrySet("Kept", 2);
        second.TrySet("New", 3);
        Assert.Equal(CgrVariableError.TooMany, first.TrySetAll(second).Error);
        Assert.True(first.TryGet("Kept", new CgrScratch(), out CgrText kept));
        Assert.Equal("2", kept.ToString());
    }

    [Fact]
    public void Values_stand_in_the_order_in_which_their_names_came()
    {
        Set("Text", "a/b\"q\\z");
        Assert.True(_variables.TrySet("Number", -7).IsOk);
        Assert.True(_variables.TrySet("Flag", true).IsOk);
        Assert.True(_variables.TrySetRaw("Raw", " [ 1 , {\"a\":null} ]\n").IsOk);
        Set("Digits", "42");
        Assert.True(_variables.TrySet("Number", 1_234_567_890_123).IsOk);
        Set("Text", "");

        Assert.Equal("""{"Text":"","Number":1234567890123,"Flag":true,"Raw":[ 1 , {"a":null} ],"Digits":"42"}""", _variables.ToString());
        Assert.Equal(5, _variables.Count);
    }

    [Fact]
    public void Null_deletes_and_creates_nothing()
    {
        Set("a", "1");
        Set("b", "2");
        Assert.True(_variables.TrySet("a", default(CgrText)).IsOk);
        Assert.True(_variables.TrySetRaw("b", (string?)null).IsOk);
        Assert.True(_variables.TrySetRawLoosely("c", (string?)null).IsOk);
        Assert.False(_variables.Remove("a"));
        Assert.Equal((0, 0, "{}"), (_variables.Count, _variables.Length, _variables.ToString()));

        Set("a", "3");
        Assert.Equal("""{"a":"3"}""", _variables.ToString());
    }

    [Fact]
    public void Names_are_the_same_in_UTF8_and_UTF16_but_not_in_another_case()
    {
        Assert.True(_variables.TrySet("Größe \"x\""u8, "1").IsOk);
        Set("Größe \"x\"", "2");
        Set("größe \"x\"", "3");
        Assert.Equal(2, _variables.Count);
        Assert.True(_variables.Contains("Größe \"x\"") && !_variables.Contains("Größe") && !_variables.Contains(default));
        Assert.Equal("2", Get("Größe \"x\""));
    }

    [Fact]
    public void What_was_set_is_read_back_as_text()
    {
        Set("Text", "a\n\"b\"");
        Assert.True(_variables.TrySet("Bytes", (ReadOnlySpan<byte>)[0x61, 0xFF, 0x62]).IsOk);
        Assert.True(_variables.TrySet("Number", long.MinValue).IsOk);
        Assert.True(_variables.TrySet("Flag", false).IsOk);
        Assert.True(_variables.TrySetRaw("Raw", "\"q\"").IsOk);

        Assert.Equal("a\n\"b\"", Get("Text"));
        Assert.Equal("a\uFFFDb", Get("Bytes"));
        Assert.Equal("-9223372036854775808", Get("Number"));
        Assert.Equal("false", Get("Flag"));
        Assert.Equal("\"q\"", Get("Raw"));
        Assert.False(_variables.TryGet("Nothing", new CgrScratch(), out _));
    }

    [Theory]
    [InlineData("{bad", CgrVariableError.InvalidJson, 1)]
    [InlineData("{\"a\":1} trailing", CgrVariableError.InvalidJson, 8)]
    [InlineData("[1,]", CgrVariableError.InvalidJson, 3)]
    [InlineData("['a']", CgrVariableError.InvalidJson, 1)]
    [InlineData("[\"ä\",nul]", CgrVariableError.InvalidJson, 6)]
    [InlineData("01", CgrVariableError.InvalidJson, 0)]
    [InlineData("", CgrVariableError.InvalidJson, 0)]
    [InlineData("12", CgrVariableError.None, 0)]
    [InlineData("null", CgrVariableError.None, 0)]
    [InlineData("\"quoted\"", CgrVariableError.None, 0)]
    public void Raw_JSON_is_checked_when_it_is_set(string json, CgrVariableError error, int offset)
    {
        Set("x", "before");
        Assert.Equal(new CgrVariableResult(error, offset), _variables.TrySetRaw("x", json));
        Assert.Equal(error == CgrVariableError.None ? json : "before", Get("x"));
        Assert.Equal(new CgrVariableResult(error, offset), _variables.TrySetRaw("x", Encoding.UTF8.GetBytes(json)));
    }

    [Fact]
    public void Raw_JSON_that_is_not_valid_Unicode_is_told_where_it_is()
    {
        Assert.Equal(new CgrVariableResult(CgrVariableError.InvalidJson, 2), _variables.TrySetRaw("x", (ReadOnlySpan<byte>)[(byte)'[', (byte)'"', 0xFF, (byte)'"', (byte)']']));
        Assert.Equal(new CgrVariableResult(CgrVariableError.InvalidJson, 4), _variables.TrySetRaw("x", "[\"ä\ud800\"]"));
    }

    [Fact]
    public void Raw_JSON_leaves_room_for_what_it_stands_in()
    {
        Assert.True(_variables.TrySetRaw("x", Nested(CgrVariables.MaxRawDepth)).IsOk);
        Assert.Equal(new CgrVariableResult(CgrVariableError.TooDeep, CgrVariables.MaxRawDepth), _variables.TrySetRaw("x", Nested(CgrVariables.MaxRawDepth + 1)));

        static string Nested(int depth) => new string('[', depth) + new string(']', depth);
    }

    [Theory]
    [InlineData("{\"a\":1} trailing", "{\"a\":1}")]
    [InlineData(" [\"a\"]]", "[\"a\"]")]
    [InlineData("\"quoted\"", "\"quoted\"")]
    [InlineData("12", "\"12\"")]
    [InlineData("true", "\"true\"")]
    [InlineData("null", "\"null\"")]
    [InlineData("null ", "\"null \"")]
    [InlineData("12 ", "12")]
    [InlineData("false ", "false")]
    [InlineData("{bad", "\"{bad\"")]
    [InlineData("", "\"\"")]
    [InlineData("word", "\"word\"")]
    public void Loosely_raw_JSON_is_what_the_module_makes_of_it(string text, string written)
    {
        Assert.True(_variables.TrySetRawLoosely("x", text).IsOk);
        Assert.Equal($$"""{"x":{{written}}}""", _variables.ToString());
    }

    [Fact]
    public void A_name_must_be_there_and_not_too_long()
    {
        Assert.Equal(CgrVariableError.InvalidName, _variables.TrySet("", "x").Error);
        Assert.Equal(CgrVariableError.InvalidName, _variables.TrySet(default, 1).Error);
        Assert.Equal(CgrVariableError.InvalidName, _variables.TrySetRaw(new string('n', CgrVariables.MaxNameLength + 1), "1").Error);
        Assert.Equal(CgrVariableError.InvalidName, _variables.TrySet(new string('"', (CgrVariables.MaxNameLength / 2) + 1), true).Error);
        Assert.Equal(0, _variables.Count);
        Set(new string('n', CgrVariables.MaxNameLength), "x");
    }

    [Fact]
    public void A_set_is_bounded_in_number_and_size_and_keeps_what_it_has()
    {
        for (int i = 0; i < CgrVariables.MaxCount; i++)
        {
            Set($"n{i}", "x");
        }

        string before = _variables.ToString();
        Assert.Equal(CgrVariableError.TooMany, _variables.TrySet("more", "x").Error);
        Assert.Equal(before, _variables.ToString());
        Set("n0", "y");

        _variables.Clear();
        const int Around = 7; // "a":"…",
        Set("a", new string('x', CgrVariables.MaxLength - Around - 1));
        Assert.Equal(CgrVariables.MaxLength - 1, _variables.Length);
        Assert.Equal(CgrVariableError.TooLong, _variables.TrySet("b", 1).Error);
        Assert.Equal(CgrVariableError.TooLong, _variables.TrySet("a", new string('"', CgrVariables.MaxLength - Around - 1)).Error);
        Assert.Equal(CgrVariableError.TooLong, _variables.TrySet("a", new string('x', CgrVariables.MaxLength + 1)).Error);
        Assert.Equal(CgrVariableError.TooLong, _variables.TrySetRaw("a", new string(' ', CgrVariables.MaxLength + 1)).Error);
        Assert.Equal(CgrVariableError.TooLong, _variables.TrySetRawLoosely("a", new string(' ', CgrVariables.MaxLength + 1)).Error);
        Set("a", new string('y', CgrVariables.MaxLength - Around));
        Assert.Equal(CgrVariables.MaxLength, _variables.Length);
    }

    [Fact]
    public void A_cleared_set_is_as_new()
    {
        Set("a", "1");
        _variables.Clear();
        Assert.False(_variables.Contains("a"));
        Set("b", "2");
        Assert.Equal("""{"b":"2"}""", _variables.ToString());
    }

    /// <summary>Against a list that does the same the plain way.</summary>
    [Fact]
    public void Whatever_is_set_and_removed_the_set_is_as_a_plain_list_would_be() =>
        Prop.ForAll(Steps, steps =>
        {
            CgrVariables variables = new();
            List<KeyValuePair<string, string?>> model = [];
            foreach ((string name, string? text) in steps)
            {
                Assert.True(variables.TrySet(name, text).IsOk);
                int index = model.FindIndex(each => each.Key == name);
                if (text is null && index >= 0)
                {
                    model.RemoveAt(index);
                }
                else if (text is not null && index < 0)
                {
                    model.Add(new(name, text));
                }
                else if (text is not null)
                {
                    model[index] = new(name, text);
                }
            }

            JsonObject written = JsonNode.Parse(variables.ToString())!.AsObject();
            Assert.Equal(model, written.Select(each => new KeyValuePair<string, string?>(each.Key, each.Value!.GetValue<string>())));
            Assert.Equal(model.Count, variables.Count);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(20_266, 7));

    private static Arbitrary<(string Name, string? Text)[]> Steps => (
        from name in Gen.Elements("a", "b", "aa", "ab", "A", "long name", "\"", "ä", "\\uFFFD")
        from text in Gen.Elements(null, "", "1", "\"two\"", new string('x', 300), "äöü")
        select (name, text)).ArrayOf().ToArbitrary();

    private void Set(string name, string text) => Assert.Equal(CgrVariableResult.Ok, _variables.TrySet(name, text));

    private string Get(string name)
    {
        Assert.True(_variables.TryGet(name, new CgrScratch(), out CgrText value));
        return value.ToString();
    }
}
