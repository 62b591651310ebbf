namespace HotPath.Testing;

/// <summary>
/// The faults of an unreliable engine, drawn anew for every request: the same seed and the same requests give the same faults. Not thread-safe.
/// </summary>
/// <param name="seed">Where the draw starts.</param>
public sealed class EngineFaults(int seed)
{
    private readonly Random _chance = new(seed);
    private readonly List<(int PerMille, Func<Random, ScriptedAnswer> Fault)> _kinds = [];

    /// <summary>A bit of everything an engine can do to its client, each to so many requests of a thousand.</summary>
    /// <param name="seed">Where the draw starts.</param>
    /// <param name="perMille">Requests of a thousand that meet each of the ten faults.</param>
    /// <param name="longestDelay">Answers that are late are later than asked for by up to this.</param>
    /// <param name="onFault">Told the name of each fault that is drawn.</param>
    public static EngineFaults OfEveryKind(int seed, int perMille, TimeSpan longestDelay, Action<string>? onFault = null)
    {
        var faults = new EngineFaults(seed);
        Add("silence", _ => ScriptedAnswer.Silence);
        Add("answerLost", _ => ScriptedAnswer.Unanswered);
        Add("answerTwice", _ => ScriptedAnswer.Twice);
        Add("answerForSomebodyElse", _ => ScriptedAnswer.ForSomebodyElse);
        Add("requestBehindAnswer", _ => ScriptedAnswer.WithRequestBehind);
        Add("answerLate", chance => ScriptedAnswer.Late(longestDelay * chance.NextDouble()));
        Add("answerCut", chance => ScriptedAnswer.Cut(chance.Next(60)));
        Add("halfClose", _ => ScriptedAnswer.HalfClose);
        Add("garbage", _ => ScriptedAnswer.Garbage);
        Add("hangup", _ => ScriptedAnswer.Hangup);
        return faults;

        void Add(string name, Func<Random, ScriptedAnswer> fault) => faults.Add(perMille, chance =>
        {
            onFault?.Invoke(name);
            return fault(chance);
        });
    }

    /// <summary>Adds a kind.</summary>
    /// <param name="perMille">Requests of a thousand that meet it; all kinds together at most a thousand.</param>
    /// <param name="fault">Makes one, with the chance given.</param>
    public EngineFaults Add(int perMille, Func<Random, ScriptedAnswer> fault)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(perMille + _kinds.Sum(kind => kind.PerMille), 1000);
        _kinds.Add((perMille, fault));
        return this;
    }

    /// <summary>What the next request meets; <c>null</c>: nothing unusual.</summary>
    public ScriptedAnswer? Next()
    {
        int drawn = _chance.Next(1000);
        foreach ((int perMille, Func<Random, ScriptedAnswer> fault) in _kinds)
        {
            if ((drawn -= perMille) < 0)
            {
                return fault(_chance);
            }
        }

        return null;
    }
}
