using HotPath.Rpc;

namespace HotPath.Testing;

/// <summary>The engines of a simulation: what befalls them, and what they have charged and recorded in the end.</summary>
internal abstract class SimulatedEngines(SimulatedWorld world)
{
    /// <summary>How the edge reaches them.</summary>
    public SimulatedEngineNetwork Network { get; } = new(world);

    public abstract IReadOnlyList<EngineAddress> Addresses { get; }

    /// <summary>Everything debited, by closing a session or otherwise.</summary>
    public abstract IEnumerable<EngineCharge> Charges { get; }

    /// <summary>Every CDR stored.</summary>
    public abstract IEnumerable<EngineCdr> Cdrs { get; }

    /// <summary>Identities of the sessions that are open.</summary>
    public abstract IEnumerable<string> OpenSessions { get; }

    /// <summary>Identities of sessions that an engine ended because no client named them, although all were asked and answered.</summary>
    public virtual IEnumerable<string> Unnamed => [];

    /// <summary>What stays debited of sessions that an engine has forgotten or was never told the end of.</summary>
    public virtual IEnumerable<EngineCharge> Stranded => [];

    /// <summary>
    /// When an engine that has lost a session was next to be asked for it for so long without a break; <c>null</c>: none has, or it never was.
    /// </summary>
    public virtual TimeSpan? KnownLostAt(string originId, TimeSpan within) => null;

    /// <summary>Promises that the engines themselves see broken.</summary>
    public virtual IEnumerable<BrokenPromise> Broken => [];

    protected SimulatedWorld World => world;

    /// <summary>An account and a number for the next call.</summary>
    public abstract (string Account, string Number) DrawCall();

    /// <summary>Does what is due.</summary>
    public abstract long Advance();

    /// <summary>Something happens to an engine now, and passes.</summary>
    public abstract void MakeTrouble();

    /// <summary>From now on nothing more befalls them.</summary>
    public virtual void Heal()
    {
    }

    /// <summary>An engine is gone for a while, or the way to it is.</summary>
    protected void BeAway(EngineAddress engine, Action comeBack)
    {
        Network.Refuse(engine);
        Network.Cut(engine);
        World.Between(100, 20_000, comeBack);
    }
}

/// <summary>A debit of an engine.</summary>
/// <param name="OriginId">The session.</param>
/// <param name="Seconds">The time debited; less than zero is a refund.</param>
/// <param name="Kind">What for.</param>
internal sealed record EngineCharge(string OriginId, double Seconds, ScriptedChargeKind Kind)
{
    /// <summary>It debits what its session lacked in the end: there must not be another such one.</summary>
    public bool IsFinal => Kind is not (ScriptedChargeKind.Reserved or ScriptedChargeKind.Updated) && !(Kind == ScriptedChargeKind.Terminated && Seconds <= 0);
}

/// <summary>A CDR that an engine stored.</summary>
/// <param name="OriginId">The session.</param>
/// <param name="AnswerTime">Its AnswerTime; <c>null</c>: a missed call's.</param>
/// <param name="Seconds">Its Usage.</param>
/// <param name="Cause">Its DisconnectCause.</param>
/// <param name="CallClass">What it says of a call that is not charged; empty: nothing.</param>
internal sealed record EngineCdr(string OriginId, DateTimeOffset? AnswerTime, double Seconds, string Cause, string CallClass);
