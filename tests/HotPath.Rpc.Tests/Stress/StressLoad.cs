using System.Diagnostics;
using System.Text.Json;
using HotPath.Commands;
using HotPath.Testing;

namespace HotPath.Rpc.Tests;

/// <summary>
/// Threads that send requests to a client as fast as it takes them, each with so many under way, and a note of how each request ended. The
/// time a request asks for is its token: its own reply grants just that.
/// </summary>
internal sealed class StressLoad(EngineClientHost client, EngineClientOptions options, int threads, int requestsEach)
    : IReplyHandler<AuthorizeReply>, IReplyHandler<InitiateReply>, IReplyHandler<OkReply>
{
    private const int UnderWayEach = 8;

    private readonly int[] _outcomes = new int[threads * requestsEach];
    private readonly RpcStatus[] _statuses = new RpcStatus[threads * requestsEach];
    private readonly long[] _sentAt = new long[threads * requestsEach];
    private readonly SemaphoreSlim[] _room = [.. Enumerable.Range(0, threads).Select(_ => new SemaphoreSlim(UnderWayEach))];
    private long _latestTicks;
    private int _foreignReplies;
    private int _ended;

    /// <summary>Requests that have ended.</summary>
    public int Ended => Volatile.Read(ref _ended);

    /// <summary>How each request ended.</summary>
    public IReadOnlyList<RpcStatus> Statuses => _statuses;

    /// <summary>How often each request's outcome was told.</summary>
    public IReadOnlyList<int> Outcomes => _outcomes;

    /// <summary>Replies that were another request's.</summary>
    public int ForeignReplies => Volatile.Read(ref _foreignReplies);

    /// <summary>The longest that an outcome came after its deadline.</summary>
    public TimeSpan Latest => Stopwatch.GetElapsedTime(0, Volatile.Read(ref _latestTicks));

    /// <summary>The identity a request gives its call.</summary>
    public static string OriginId(int index) => $"call-{index}";

    /// <summary>Requests that engines were asked, by the identity of their call.</summary>
    public static Dictionary<string, int> Reached(IEnumerable<ScriptedRequest> requests) => requests
        .Where(request => request.Method != "SessionSv1.Ping")
        .CountBy(request => JsonDocument.Parse(request.Parameters).RootElement.GetProperty("Event").GetProperty("OriginID").GetString()!)
        .ToDictionary();

    /// <summary>Sends everything, and returns when everything has ended.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await Task.WhenAll(Enumerable.Range(0, threads).Select(thread => Task.Factory.StartNew(
            () => SendAll(thread, stop), stop, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        foreach (SemaphoreSlim room in _room)
        {
            for (int i = 0; i < UnderWayEach; i++)
            {
                await room.WaitAsync(stop);
            }
        }
    }

    /// <summary>Whether a request may be repeated on another engine.</summary>
    public static bool IsSafe(int index) => index % 4 == 0;

    void IReplyHandler<AuthorizeReply>.OnReply(long state, in RpcOutcome<AuthorizeReply> outcome) => OnEnd(state, outcome.Status, outcome.Reply.MaxUsage, options.SafeTimeout);

    void IReplyHandler<InitiateReply>.OnReply(long state, in RpcOutcome<InitiateReply> outcome) => OnEnd(state, outcome.Status, outcome.Reply.MaxUsage, options.CommandTimeout);

    void IReplyHandler<OkReply>.OnReply(long state, in RpcOutcome<OkReply> outcome) => OnEnd(state, outcome.Status, null, options.CommandTimeout);

    private void SendAll(int thread, CancellationToken stop)
    {
        for (int i = 0; i < requestsEach; i++)
        {
            _room[thread].Wait(stop);

            // Without an engine requests end at once: a caller that did not wait would be done before one comes back.
            client.WaitAvailableAsync(stop).Wait(stop);
            Send((thread * requestsEach) + i);
        }
    }

    private void Send(int index)
    {
        string originId = OriginId(index);
        CgrDuration token = CgrDuration.FromSeconds(index + 1);
        _sentAt[index] = Stopwatch.GetTimestamp();
        switch (index % 4)
        {
            case 0:
                client.Send<AuthorizeEvent, AuthorizeReply>(new AuthorizeEvent { OriginId = originId, Usage = token }, this, index);
                break;
            case 1:
                client.Send<InitiateSession, InitiateReply>(new InitiateSession { OriginId = originId, Usage = token }, this, index);
                break;
            case 2:
                client.Send<TerminateSession, OkReply>(new TerminateSession { OriginId = originId, Usage = token }, this, index);
                break;
            default:
                client.Send<ProcessCdr, OkReply>(new ProcessCdr { OriginId = originId }, this, index);
                break;
        }
    }

    private void OnEnd(long state, RpcStatus status, CgrDuration? granted, TimeSpan timeout)
    {
        int index = (int)state;
        _outcomes[index]++;
        _statuses[index] = status;
        long lateTicks = Stopwatch.GetTimestamp() - _sentAt[index] - (long)(timeout.TotalSeconds * Stopwatch.Frequency);
        Volatile.Write(ref _latestTicks, Math.Max(_latestTicks, lateTicks));
        if (status == RpcStatus.Ok && granted is { } grant && grant != CgrDuration.FromSeconds(index + 1))
        {
            _foreignReplies++;
        }

        Volatile.Write(ref _ended, _ended + 1);
        _room[index / requestsEach].Release();
    }
}
