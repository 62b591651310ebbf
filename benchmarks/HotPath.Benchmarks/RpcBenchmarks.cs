using System.Text.Json;
using BenchmarkDotNet.Attributes;
using HotPath.Commands;
using HotPath.Rpc;
using HotPath.Testing;

namespace HotPath.Benchmarks;

/// <summary>
/// What does it cost to get from the bytes of a reply to its id and its grant, framing included? The yardstick is a walk with
/// <see cref="Utf8JsonReader"/> over a frame whose end is known.
/// </summary>
[MemoryDiagnoser]
public class ReplyBenchmarks
{
    private static readonly byte[] s_reply = """{"id":1318049766,"result":{"MaxUsage":10800000000000},"error":null}"""u8.ToArray();

    [GlobalSetup]
    public void BothReadTheSame()
    {
        if (Framed() != Walk() || Walk() != 1_318_049_766L + 10_800_000_000_000L)
        {
            throw new InvalidOperationException("The candidates read different replies.");
        }
    }

    [Benchmark]
    public long Framed()
    {
        ReadOnlySpan<byte> bytes = s_reply;
        FrameReader reader = new(4096);
        reader.TryRead(ref bytes, out ReadOnlySpan<byte> frame);
        RpcFrame read = RpcFrame.Read(frame);
        read.TryGetId(out int id);
        AuthorizeReply.TryRead(read.Result, CgrDialect.Current, out AuthorizeReply reply);
        return id + reply.MaxUsage.GetValueOrDefault().Nanoseconds;
    }

    [Benchmark(Baseline = true)]
    public long Walk()
    {
        Utf8JsonReader reader = new(s_reply);
        long id = 0;
        long maxUsage = 0;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                id = reader.GetInt64();
            }
            else if (reader.ValueTextEquals("result"u8))
            {
                reader.Read();
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    bool isMaxUsage = reader.ValueTextEquals("MaxUsage"u8);
                    reader.Read();
                    if (isMaxUsage)
                    {
                        maxUsage = reader.GetInt64();
                    }
                    else
                    {
                        reader.Skip();
                    }
                }
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return id + maxUsage;
    }
}

/// <summary>
/// What does one authorisation cost in the client and the server's framing together, without sockets: encoded, matched, decoded,
/// told? Per request, alone and in batches as a busy lane sends them.
/// </summary>
[MemoryDiagnoser]
public class RpcBenchmarks : IReplyHandler<AuthorizeReply>
{
    private const int Batch = 64;

    private readonly InMemoryRoundTrip _trip = new();
    private long _granted;

    void IReplyHandler<AuthorizeReply>.OnReply(long state, in RpcOutcome<AuthorizeReply> outcome) => _granted += outcome.Reply.MaxUsage.GetValueOrDefault().Nanoseconds;

    [Benchmark]
    public long RoundTrip()
    {
        Send();
        _trip.Turn();
        return _granted;
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public long RoundTripsTogether()
    {
        for (int i = 0; i < Batch; i++)
        {
            Send();
        }

        _trip.Turn();
        return _granted;
    }

    private void Send() => _trip.Client.Send<AuthorizeEvent, AuthorizeReply>(
        new AuthorizeEvent
        {
            GetMaxUsage = true,
            Tenant = "cgrates.org"u8,
            OriginId = "1-1377-6f2c4b9a@192.0.2.10"u8,
            OriginHost = "edge1.example.org"u8,
            RequestType = "*prepaid"u8,
            Account = "1001"u8,
            Destination = "+4930123456"u8,
        },
        this,
        0);
}
