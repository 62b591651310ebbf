namespace HotPath.Rpc;

/// <summary>Whether an engine is asked.</summary>
internal enum EngineStatus : byte
{
    /// <summary>No connection to it has stood or failed yet.</summary>
    Untried,

    /// <summary>It is asked over whatever connections are open.</summary>
    Up,

    /// <summary>It cannot be connected to, and no connection to it is open: its prober tries to connect.</summary>
    Down,

    /// <summary>It let too many requests in a row go unanswered: its prober pings it.</summary>
    Silent,
}

/// <summary>What clients see of an engine.</summary>
internal enum EngineEvent : byte
{
    /// <summary>A connection stands.</summary>
    Opened,

    /// <summary>A connection that stood is gone.</summary>
    Closed,

    /// <summary>A connection could not be made.</summary>
    ConnectFailed,

    /// <summary>A reply came in time.</summary>
    Answered,

    /// <summary>A request's time passed without a reply.</summary>
    Unanswered,

    /// <summary>A client offers to probe an engine that nobody probes.</summary>
    TakeProbe,

    /// <summary>A client leaves and probes no more.</summary>
    LeaveProbe,
}

/// <summary>
/// All that the clients of a process know together about one engine, in one word, so that every change is one compare-and-swap:
/// status, requests unanswered in a row, the one client that probes, open connections, and an epoch that counts the changes of status.
/// Whoever finds the engine out of order becomes its prober in the same step, so there is never more than one, and none only until
/// another takes the place of one that left.
/// </summary>
/// <param name="Bits">Status in bits 0–1, unanswered in 2–9, prober in 10–17, connections in 18–29, epoch in 32–63.</param>
internal readonly record struct EngineStateWord(ulong Bits)
{
    /// <summary>Largest number of a client; 0 is nobody.</summary>
    public const int MaxClient = 255;

    /// <summary>Most connections to an engine that all clients may have together.</summary>
    public const int MaxOpen = 4095;

    /// <summary>Most requests unanswered in a row that a breaker may wait for.</summary>
    public const int MaxUnanswered = 255;

    private const int UnansweredShift = 2;
    private const int ProberShift = 10;
    private const int OpenShift = 18;
    private const int EpochShift = 32;

    /// <summary>Whether the engine is asked.</summary>
    public EngineStatus Status => (EngineStatus)(Bits & 3);

    /// <summary>Requests it let go unanswered since its last reply; counted while it is up.</summary>
    public int Unanswered => (int)(Bits >> UnansweredShift) & MaxUnanswered;

    /// <summary>The client that probes it; 0: none.</summary>
    public int Prober => (int)(Bits >> ProberShift) & MaxClient;

    /// <summary>Connections to it that are open.</summary>
    public int Open => (int)(Bits >> OpenShift) & MaxOpen;

    /// <summary>Counts the changes of status, and wraps around: what was seen in another epoch says nothing about this one.</summary>
    public uint Epoch => (uint)(Bits >> EpochShift);

    /// <summary>It is not asked until a probe succeeds.</summary>
    public bool IsOut => Status >= EngineStatus.Down;

    /// <summary>The word after an event; the same word if the event changes nothing. Pure: every transition there is.</summary>
    /// <param name="happened">What a client saw.</param>
    /// <param name="client">Its number, 1…<see cref="MaxClient"/>.</param>
    /// <param name="epoch">Of <see cref="EngineEvent.Unanswered"/>: the epoch in which the request was written.</param>
    /// <param name="maxUnanswered">So many unanswered in a row silence the engine.</param>
    public EngineStateWord Next(EngineEvent happened, int client, uint epoch, int maxUnanswered) => (happened, Status) switch
    {
        (EngineEvent.Opened, EngineStatus.Untried or EngineStatus.Down) => WithOpen(Open + 1).To(EngineStatus.Up, prober: 0),
        (EngineEvent.Opened, _) => WithOpen(Open + 1),

        // A lost connection is no lost engine: it is made anew, and if that fails too, the engine is down.
        (EngineEvent.Closed, _) => WithOpen(Open - 1),

        // While other connections to it are open, the engine is there, and only this one has failed.
        (EngineEvent.ConnectFailed, EngineStatus.Untried or EngineStatus.Up) when Open == 0 => To(EngineStatus.Down, client),

        (EngineEvent.Answered, EngineStatus.Silent) => To(EngineStatus.Up, prober: 0),
        (EngineEvent.Answered, EngineStatus.Up) => WithUnanswered(0),

        (EngineEvent.Unanswered, EngineStatus.Up) when epoch == Epoch =>
            Unanswered + 1 >= maxUnanswered ? To(EngineStatus.Silent, client) : WithUnanswered(Unanswered + 1),

        (EngineEvent.TakeProbe, EngineStatus.Down or EngineStatus.Silent) when Prober == 0 => WithProber(client),
        (EngineEvent.LeaveProbe, _) when Prober == client => WithProber(0),
        _ => this,
    };

    /// <summary>One try to let an event happen to a shared word.</summary>
    /// <param name="cell">The shared word.</param>
    /// <param name="seen">What the caller takes it to be; set to what it is, after the event if that has happened.</param>
    /// <param name="happened">See <see cref="Next"/>.</param>
    /// <param name="client">See <see cref="Next"/>.</param>
    /// <param name="epoch">See <see cref="Next"/>.</param>
    /// <param name="maxUnanswered">See <see cref="Next"/>.</param>
    /// <returns>It has happened; otherwise somebody else was faster, and the caller tries again.</returns>
    public static bool TryApply(
        ref ulong cell, ref EngineStateWord seen, EngineEvent happened, int client, uint epoch, int maxUnanswered)
    {
        EngineStateWord next = seen.Next(happened, client, epoch, maxUnanswered);
        ulong found = next == seen ? Volatile.Read(ref cell) : Interlocked.CompareExchange(ref cell, next.Bits, seen.Bits);
        bool isDone = found == seen.Bits;
        seen = isDone ? next : new EngineStateWord(found);
        return isDone;
    }

    private EngineStateWord To(EngineStatus status, int prober) =>
        new((Bits & ((ulong)MaxOpen << OpenShift)) | (ulong)status | ((ulong)prober << ProberShift) | ((ulong)(Epoch + 1) << EpochShift));

    private EngineStateWord WithUnanswered(int count) => With(count, UnansweredShift, MaxUnanswered);

    private EngineStateWord WithProber(int client) => With(client, ProberShift, MaxClient);

    private EngineStateWord WithOpen(int count) => With(count, OpenShift, MaxOpen);

    private EngineStateWord With(int value, int shift, int mask) => new((Bits & ~((ulong)mask << shift)) | ((ulong)value << shift));
}
