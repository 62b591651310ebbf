using System.Text;

namespace HotPath.Rpc.Tests;

/// <summary>Promise: an envelope's members are found in any order and layout, and anything that is not an envelope is said to be none.</summary>
public sealed class RpcFrameTests
{
    [Theory]
    [InlineData("""{"id":7,"result":{"MaxUsage":-1},"error":null}""", nameof(RpcFrameKind.Reply), "7", "", "", """{"MaxUsage":-1}""", "null")]
    [InlineData("""{"id":7,"result":"a \"quote\"","error":null}""", nameof(RpcFrameKind.Reply), "7", "", "", """
        "a \"quote\""
        """, "null")]
    [InlineData("""{"error":null,"result":"OK","id":7}""", nameof(RpcFrameKind.Reply), "7", "", "", "\"OK\"", "null")]
    [InlineData("""{ "error" : "NOT_FOUND" , "id" : "x" }""", nameof(RpcFrameKind.Reply), "\"x\"", "", "", "", "\"NOT_FOUND\"")]
    [InlineData("""{"id":7,"result":null,"error":null}""", nameof(RpcFrameKind.Reply), "7", "", "", "null", "null")]
    [InlineData("""{"id":7,"result":"x","error":{"code":-32601}}""", nameof(RpcFrameKind.Reply), "7", "", "", "\"x\"", """{"code":-32601}""")]
    [InlineData("""{"method":"M","id":3,"params":[{"a":[1]},2]}""", nameof(RpcFrameKind.Request), "3", "\"M\"", """{"a":[1]}""", "", "")]
    [InlineData("""{"method":"M","params":{"a":1},"id":{"b":2}}""", nameof(RpcFrameKind.Request), """{"b":2}""", "\"M\"", """{"a":1}""", "", "")]
    [InlineData("""{"method":"M","params":[],"id":null,"result":null,"error":null}""", nameof(RpcFrameKind.Request), "null", "\"M\"", "", "null", "null")]
    [InlineData("""{"jsonrpc":"2.0","method":"M"}""", nameof(RpcFrameKind.Request), "", "\"M\"", "", "", "")]
    [InlineData("""{"id":1,"result":5,"id":2,"error":null}""", nameof(RpcFrameKind.Reply), "2", "", "", "5", "null")]
    [InlineData("""{"id":1,"result":null,"error":"X","error":null}""", nameof(RpcFrameKind.Reply), "1", "", "", "null", "null")]
    [InlineData("""{"id":1,"result":{},"x":{},"error":null}""", nameof(RpcFrameKind.Reply), "1", "", "", "{}", "null")]
    [InlineData("""{"id":1,"result":{"a":"}"},"error":null}""", nameof(RpcFrameKind.Reply), "1", "", "", """{"a":"}"}""", "null")]
    [InlineData("{}", nameof(RpcFrameKind.Reply), "", "", "", "", "")]
    [InlineData("""{"method":5,"id":1}""", nameof(RpcFrameKind.Reply), "1", "", "", "", "")]
    public void Members_are_found(string frame, string kind, string id, string method, string parameter, string result, string error)
    {
        RpcFrame read = RpcFrame.Read(Encoding.UTF8.GetBytes(frame));
        Assert.Equal(
            (kind, id, method, parameter, result, error),
            (read.Kind.ToString(), Text(read.Id), Text(read.Method), Text(read.FirstParameter), Text(read.Result), Text(read.Error)));
    }

    [Theory]
    [InlineData("""{"method":"SessionSv1.Ping","params":[{}],"id":1,,}""")]
    [InlineData("""{"id":1,}""")]
    [InlineData("""{"id"}""")]
    [InlineData("""{"id":}""")]
    [InlineData("""{id:1}""")]
    [InlineData("""{"id":1 "result":2}""")]
    [InlineData("""{"id":nul}""")]
    [InlineData("""{"id":1}}""")]
    [InlineData("""{"id":"x}""")]
    [InlineData("""{"id":"x\""")]
    [InlineData("")]
    [InlineData("[]")]
    public void What_is_no_envelope_is_invalid(string frame) => Assert.Equal(RpcFrameKind.Invalid, RpcFrame.Read(Encoding.UTF8.GetBytes(frame)).Kind);

    [Theory]
    [InlineData("1", 1)]
    [InlineData("2147483647", int.MaxValue)]
    [InlineData("0", null)]
    [InlineData("-5", null)]
    [InlineData("2147483648", null)]
    [InlineData("1.0", null)]
    [InlineData("\"1\"", null)]
    [InlineData("null", null)]
    public void Only_whole_positive_ids_are_ours(string id, int? expected)
    {
        RpcFrame read = RpcFrame.Read(Encoding.UTF8.GetBytes($$"""{"id":{{id}},"result":"OK","error":null}"""));
        Assert.Equal(expected, read.TryGetId(out int value) ? value : null);
    }

    [Fact]
    public void Fast_and_general_readers_agree_on_every_mutation_of_a_usual_reply()
    {
        byte[] usual = """{"id":41,"result":{"MaxUsage":5,"a":"b"},"error":null}"""u8.ToArray();
        byte[] alphabet = "\"{}[],:n1 \\x"u8.ToArray();
        int compared = 0;
        int invalid = 0;
        for (int position = 0; position < usual.Length; position++)
        {
            foreach (byte replacement in alphabet)
            {
                byte[] mutated = [.. usual];
                mutated[position] = replacement;
                if (new FrameScanner().Scan(mutated, out int length) != FrameScanStatus.Complete || length != mutated.Length)
                {
                    continue;
                }

                compared++;
                RpcFrame fast = RpcFrame.Read(mutated);
                RpcFrame general = RpcFrame.ReadSlow(mutated);
                Assert.Equal(general.Kind, fast.Kind);
                Assert.True(general.Id.SequenceEqual(fast.Id) && general.Result.SequenceEqual(fast.Result) && general.Error.SequenceEqual(fast.Error), Text(mutated));
                invalid += fast.Kind == RpcFrameKind.Invalid ? 1 : 0;
            }
        }

        Assert.True(compared > 300, $"{compared} compared");
        Assert.True(invalid > 50, $"{invalid} invalid");
    }

    [Theory]
    [InlineData("""plain""", "plain")]
    [InlineData("""a\"b\\c\/d""", "a\"b\\c/d")]
    [InlineData("""\n\r\t\b\f""", "\n\r\t\b\f")]
    [InlineData("""\u00e9\uD834\uDD1E""", "é𝄞")]
    [InlineData("""\uD834x\uDD1E""", "\uFFFDx\uFFFD")]
    [InlineData("""\u12""", "u12")]
    [InlineData("""end\""", "end\\")]
    public void Text_is_unescaped_without_ever_failing(string escaped, string expected)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(escaped);
        byte[] output = new byte[bytes.Length];
        Assert.Equal(expected, Encoding.UTF8.GetString(output, 0, JsonText.Unescape(bytes, output)));
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
