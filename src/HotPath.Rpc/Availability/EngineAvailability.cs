namespace HotPath.Rpc;

/// <summary>
/// Which engines are in order: an immutable list of engines and one atomic word of state for each. Several <see cref="EngineClient"/>s may share one, for
/// instance one client for every lane: what one of them learns then holds for all, and only one of them probes an engine that is out of
/// order. Reading takes no lock. Any thread.
/// </summary>
public sealed class EngineAvailability
{
    private readonly ulong[] _words;
    private readonly BreakerPolicy _breaker;
    private readonly Lock _clientsLock = new();
    private Client[] _clients = [];

    /// <summary>No engine has been tried yet.</summary>
    /// <param name="engines">The engines, in order of preference; 1…64. Copied.</param>
    /// <param name="breaker">When an engine is taken out; by default <see cref="BreakerPolicy.Default"/>.</param>
    /// <exception cref="ArgumentException">There are too few or too many engines.</exception>
    public EngineAvailability(IReadOnlyList<EngineAddress> engines, BreakerPolicy? breaker = null)
    {
        if (engines.Count is 0 or > EngineClientOptions.MaxEngines)
        {
            throw new ArgumentException($"1 to {EngineClientOptions.MaxEngines} engines are needed.", nameof(engines));
        }

        Engines = [.. engines];
        _words = new ulong[engines.Count];
        _breaker = breaker ?? BreakerPolicy.Default;
    }

    /// <summary>The engines, in order of preference.</summary>
    public IReadOnlyList<EngineAddress> Engines { get; }

    /// <summary>The engine is asked: nothing speaks against it, and a connection to it is open.</summary>
    /// <param name="engine">Index in <see cref="Engines"/>.</param>
    public bool IsUp(int engine) => Read(engine) is { Status: EngineStatus.Up, Open: > 0 };

    internal int MaxUnansweredInRow => _breaker.UnansweredInRow;

    internal EngineStateWord Read(int engine) => new(Volatile.Read(ref _words[engine]));

    /// <summary>Lets an event happen. Clients that would not see its consequence by themselves are woken.</summary>
    /// <returns>The word after it.</returns>
    internal EngineStateWord Apply(int engine, EngineEvent happened, int client, uint epoch = 0)
    {
        ref ulong cell = ref _words[engine];
        EngineStateWord seen = new(Volatile.Read(ref cell));
        EngineStateWord before;
        do
        {
            before = seen;
        }
        while (!EngineStateWord.TryApply(ref cell, ref seen, happened, client, epoch, _breaker.UnansweredInRow));

        if (seen.Epoch != before.Epoch || (seen.IsOut && seen.Prober == 0))
        {
            WakeOthers(client);
        }

        return seen;
    }

    /// <summary>Gives a client its number.</summary>
    /// <param name="wake">Has the client look at the words again.</param>
    /// <exception cref="InvalidOperationException">There are too many clients.</exception>
    internal int Join(Action? wake)
    {
        lock (_clientsLock)
        {
            int number = 1;
            while (Array.Exists(_clients, client => client.Number == number))
            {
                number++;
            }

            if (number > EngineStateWord.MaxClient)
            {
                throw new InvalidOperationException($"No more than {EngineStateWord.MaxClient} clients can share what they know of engines.");
            }

            _clients = [.. _clients, new Client(number, wake)];
            return number;
        }
    }

    /// <summary>Takes a client's number back; what it probed, another probes.</summary>
    internal void Leave(int number)
    {
        for (int i = 0; i < _words.Length; i++)
        {
            Apply(i, EngineEvent.LeaveProbe, number);
        }

        lock (_clientsLock)
        {
            _clients = Array.FindAll(_clients, client => client.Number != number);
        }
    }

    private void WakeOthers(int number)
    {
        foreach (Client client in Volatile.Read(ref _clients))
        {
            if (client.Number != number)
            {
                client.Wake?.Invoke();
            }
        }
    }

    private sealed record Client(int Number, Action? Wake);
}
