using System.Buffers;

namespace HotPath.Commands.Tests;

/// <summary>Guards: writing and reading commands and replies allocates nothing once the buffers have their size.</summary>
public sealed class AllocationTests
{
    private static readonly byte[] s_request = """
        {"GetMaxUsage":true,"Tenant":"cgrates.org","Event":{"OriginID":"1-1377@127.0.0.1","Account":"10\u00301","Destination":"1002","SetupTime":"2018-01-07T17:00:00Z","Usage":"1m25s","Extra":[1,{"a":null}]}}
        """u8.ToArray();

    private static readonly byte[] s_reply = """
        {"Attributes":null,"ResourceAllocation":null,"MaxUsage":10800000000000,"Suppliers":null,"OfLater":{"Count":2,"List":[{"ID":"supplier2"}]},"ThresholdIDs":null}
        """u8.ToArray();

    [Theory]
    [InlineData(CgrDialect.Current)]
    [InlineData(CgrDialect.PreRc8)]
    public void Encoding_allocates_nothing(CgrDialect dialect)
    {
        ArrayBufferWriter<byte> output = new(4096);
        byte[] callId = "1-1377@127.0.0.1"u8.ToArray();
        AssertNoAllocation(() =>
        {
            output.ResetWrittenCount();
            AuthorizeEvent command = new()
            {
                GetMaxUsage = true,
                Tenant = "cgrates.org",
                OriginId = callId,
                Account = "an \"account\" that needs escaping, ünd UTF-16",
                SetupTime = DateTimeOffset.UnixEpoch,
                Usage = new CgrDuration(12_000_000_000),
            };
            command.Encode(output, dialect);
            new AuthorizeWithDigestReply { MaxUsage = new CgrDuration(1_500_000_000) }.Encode(output, dialect);
            default(OkReply).Encode(output, dialect);
        });
    }

    [Fact]
    public void Encoding_lists_and_objects_allocates_nothing()
    {
        ArrayBufferWriter<byte> output = new(4096);
        string[] filters = ["*string:~*req.OriginID:1-1377@127.0.0.1", "*string:~*req.Account:1001"];
        Cdr[] records = [new Cdr { OriginId = "1-1377@127.0.0.1", AnswerTime = DateTimeOffset.UnixEpoch, Cost = 0.6418m, CostDetails = """{"Cost":0.6418}""" }, default];
        AssertNoAllocation(() =>
        {
            output.ResetWrittenCount();
            new GetActiveSessions { Tenant = "cgrates.org", Filters = filters }.Encode(output, CgrDialect.Current);
            new GetCdrsReply { Cdrs = records }.Encode(output, CgrDialect.Current);
        });
    }

    [Fact]
    public void Reading_the_pre_rc8_dialect_allocates_nothing()
    {
        CgrScratch scratch = new();
        AssertNoAllocation(() =>
        {
            scratch.Reset();
            Assert.True(AuthorizeEvent.TryReadRequest("""{"Account":"10\u00301","GetAttributes":1,"Extra":[]}"""u8, CgrDialect.PreRc8, scratch, out AuthorizeEvent command).IsOk);
            Assert.True(command.Account.Utf8.SequenceEqual("1001"u8));
            Assert.True(AuthorizeReply.TryRead("10800"u8, CgrDialect.PreRc8, out AuthorizeReply reply).IsOk);
            Assert.True(reply.MaxUsage == CgrDuration.FromSeconds(10_800));
        });
    }

    [Theory]
    [InlineData(CgrDialect.Current)]
    [InlineData(CgrDialect.PreRc8)]
    public void Setting_and_writing_variables_allocates_nothing(CgrDialect dialect)
    {
        ArrayBufferWriter<byte> output = new(4096);
        CgrVariableSets sets = new();
        CgrScratch scratch = new();
        byte[] callId = "1-1377@127.0.0.1"u8.ToArray();
        string longText = new('ü', 700);
        AssertNoAllocation(() =>
        {
            sets.Clear();
            scratch.Reset();
            foreach (string tag in (ReadOnlySpan<string>)["", "carrier"])
            {
                Assert.True(sets.TryGetOrAdd(tag, out CgrSessionVariables? set));
                Assert.True(set.Options.TrySet("GetRoutes", 1).IsOk);
                Assert.True(set.Variables.TrySet("OriginID"u8, callId).IsOk);
                Assert.True(set.Variables.TrySet("Account", "hidden by the member").IsOk);
                Assert.True(set.Variables.TrySet("Note", longText).IsOk);
                Assert.True(set.Variables.TrySet("Note", "an \"escaped\" text").IsOk);
                Assert.True(set.Variables.TrySetRaw("AttributeIDs", """["+5551234"]""").IsOk);
                Assert.True(set.Variables.TrySetRawLoosely("Loose", "12").IsOk);
                Assert.False(set.Variables.TrySetRaw("Bad", "{bad").IsOk);
                Assert.True(set.Variables.TrySet("Gone", true).IsOk && set.Variables.Remove("Gone"));
                Assert.True(set.Variables.TryGet("Note", scratch, out CgrText note) && note.Utf8.Length == 17);
            }

            output.ResetWrittenCount();
            new AuthorizeEvent { Account = "1001", Variables = sets[0].Variables, Options = sets[0].Options }.Encode(output, dialect);
        });
    }

    [Fact]
    public void Reading_a_request_allocates_nothing()
    {
        CgrScratch scratch = new();
        AssertNoAllocation(() =>
        {
            scratch.Reset();
            Assert.True(AuthorizeEvent.TryReadRequest(s_request, CgrDialect.Current, scratch, out AuthorizeEvent command).IsOk);
            Assert.True(command.Account.Utf8.SequenceEqual("1001"u8));
        });
    }

    [Fact]
    public void Reading_a_reply_allocates_nothing_be_it_good_or_bad() => AssertNoAllocation(() =>
    {
        Assert.True(AuthorizeReply.TryRead(s_reply, CgrDialect.Current, out AuthorizeReply reply).IsOk);
        Assert.True(reply.MaxUsage == new CgrDuration(10_800_000_000_000));
        Assert.False(AuthorizeReply.TryRead(s_reply.AsSpan(0, 80), CgrDialect.Current, out _).IsOk);
        Assert.False(AuthorizeReply.TryRead("""{"MaxUsage":{"a":1}}"""u8, CgrDialect.Current, out _).IsOk);
        Assert.True(OkReply.TryRead("\"OK\""u8, CgrDialect.Current, out _).IsOk);
    });

    private static void AssertNoAllocation(Action action)
    {
        for (int i = 0; i < 200; i++)
        {
            action();
        }

        // The runtime may allocate once while it compiles code anew. What the code allocates, it allocates in every round.
        long least = long.MaxValue;
        for (int round = 0; round < 3 && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                action();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }
}
