using HotPath.Billing;
using HotPath.Edge;
using HotPath.Rpc;

namespace HotPath.Testing;

/// <summary>
/// Mistakes that an edge could make, made on its behalf at its seams, to see that they are noticed: each function is given what the edge
/// should use and gives what it uses. Without any, the edge makes its own.
/// </summary>
public sealed class SimulationMistakes
{
    /// <summary>Between the edge and its engines.</summary>
    public Func<IEngineClient, IEngineClient> Engines { get; init; } = engines => engines;

    /// <summary>Between the edge's engine client and the network.</summary>
    public Func<IEngineNetwork, IEngineNetwork> Network { get; init; } = network => network;

    /// <summary>What the edge takes for its profile.</summary>
    public Func<ChargingProfile, ChargingProfile> Profile { get; init; } = profile => profile;

    /// <summary>What the edge takes for the sessions that calls have beside their own.</summary>
    public Func<IReadOnlyList<EdgeSessionOptions>, IReadOnlyList<EdgeSessionOptions>> Sessions { get; init; } = sessions => sessions;

    /// <summary>Between the edge and its journal.</summary>
    public Func<IJournalStore, IJournalStore> Journal { get; init; } = journal => journal;

    /// <summary>What the next edge makes of the sessions that the last one left open.</summary>
    public Func<IEnumerable<JournaledSession>, IEnumerable<JournaledSession>> Recover { get; init; } = open => open;

    /// <summary>Between the edge and the wire.</summary>
    public WireFault? Wire { get; init; }
}
