namespace HotPath.Testing;

/// <summary>How badly a simulated network treats what it carries.</summary>
/// <param name="Loss">The share of datagrams that vanish.</param>
/// <param name="Duplication">The share of datagrams that arrive twice.</param>
/// <param name="Reordering">The share of datagrams that are held up.</param>
/// <param name="MostDelayMs">The longest way of the others, milliseconds.</param>
/// <param name="HasPartitions">Now and then a phone and the edge do not reach each other for some seconds.</param>
public sealed record NetworkConditions(double Loss = 0, double Duplication = 0, double Reordering = 0, double MostDelayMs = 5, bool HasPartitions = false)
{
    /// <summary>Everything arrives, once and in order but for a few milliseconds.</summary>
    public bool IsClean => Loss == 0 && Reordering == 0 && !HasPartitions;

    /// <summary>What is repeated for 64·T1 arrives in the end.</summary>
    public bool LetsRepeatsThrough => Loss <= 0.2 && !HasPartitions;

    /// <summary>Conditions of every kind, from a good network to a very bad one.</summary>
    public static NetworkConditions Draw(Random chance) => chance.Next(6) switch
    {
        0 => new NetworkConditions(),
        1 => new NetworkConditions(Loss: 0.1),
        2 => new NetworkConditions(Duplication: 0.3, MostDelayMs: 50),
        3 => new NetworkConditions(Loss: 0.05, Duplication: 0.05, Reordering: 0.2),
        4 => new NetworkConditions(Loss: 0.2, Duplication: 0.1, Reordering: 0.1, MostDelayMs: 400),
        _ => new NetworkConditions(Loss: 0.05, Reordering: 0.05, HasPartitions: true),
    };
}
