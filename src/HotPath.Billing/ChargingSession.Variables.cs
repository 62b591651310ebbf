using HotPath.Commands;

namespace HotPath.Billing;

/// <summary>What a policy adds to the commands of a session (facts: cgrates-module.md §2-3).</summary>
public sealed partial class ChargingSession
{
    private static readonly TimeSpan s_uncheckedAllowance = TimeSpan.FromHours(1);

    private static ReadOnlySpan<byte> OriginIdName => "OriginID"u8;

    private static ReadOnlySpan<byte> OriginHostName => "OriginHost"u8;

    private static ReadOnlySpan<byte> RequestTypeName => "RequestType"u8;

    /// <summary>
    /// An engine that has forgotten an ended session debits its CDR again (facts: wire/README.md, last rows): where it keeps no costs, and
    /// the request type is prepaid or left to it.
    /// </summary>
    private bool IsLateCdrDebited =>
        !_profile.EnginesStoreSessionCosts && IsDebitedBySession;

    /// <summary>The engine debits such a call while it runs, and at its end: not only when it has the CDR.</summary>
    private bool IsDebitedBySession =>
        CallClass == CallClass.Charged
        && RequestType is var sent && (sent.IsEmpty || sent.SequenceEqual("*prepaid"u8) || sent.SequenceEqual("*dynaprepaid"u8));

    /// <summary>
    /// How long the call may run while no engine can be asked. By default only what an engine would let run whatever the balance: that of
    /// <c>*postpaid</c> may become negative, and <c>*rated</c> has none. <c>*pseudoprepaid</c> is debited afterwards too, but not before
    /// its balance was looked at.
    /// </summary>
    private TimeSpan Allowance => _profile.AllowedWithoutEngine ?? (IsUnchecked(RequestType) ? s_uncheckedAllowance : TimeSpan.Zero);

    private static bool IsUnchecked(ReadOnlySpan<byte> requestType) => requestType.SequenceEqual("*postpaid"u8) || requestType.SequenceEqual("*rated"u8);

    /// <summary>What is sent; good until the scratch text is used again.</summary>
    private ReadOnlySpan<byte> RequestType
    {
        get
        {
            _sessions.Scratch.Reset();
            return Variables.TryGet(RequestTypeName, _sessions.Scratch, out CgrText variable) ? variable.Utf8 : _profile.RequestTypeUtf8;
        }
    }

    /// <summary>A set of the profile's values and a call's own, which come before them.</summary>
    /// <exception cref="ArgumentException">They are too many together.</exception>
    internal static CgrVariables Join(CgrVariables? constants, CgrVariables? variables)
    {
        CgrVariables joined = new();
        Fill(joined, constants, variables);
        return joined;
    }

    private static void Fill(CgrVariables set, CgrVariables? constants, CgrVariables? variables)
    {
        CgrVariableResult result = TryFill(set, constants, variables);
        if (!result.IsOk)
        {
            throw new ArgumentException($"The variables do not fit with those of the profile: {result}.", nameof(variables));
        }
    }

    /// <summary>Makes a set the profile's values and a call's own.</summary>
    internal static CgrVariableResult TryFill(CgrVariables set, CgrVariables? constants, CgrVariables? variables)
    {
        set.Clear();
        CgrVariableResult result = constants is null ? CgrVariableResult.Ok : set.TrySetAll(constants);
        return result.IsOk && variables is not null ? set.TrySetAll(variables) : result;
    }

    /// <summary>Half of the identity, as a variable says it; absent if none does. Good until the scratch text is used again.</summary>
    private CgrText TakeIdentity(ReadOnlySpan<byte> name)
    {
        _sessions.Scratch.Reset();
        return Variables.TryGet(name, _sessions.Scratch, out CgrText variable) && !variable.IsEmpty ? variable : default;
    }

    /// <summary>
    /// What goes into a command. The identity is a member of its own: the engine, its callbacks and the list of active sessions must all
    /// know the session by the same one, whatever was set since.
    /// </summary>
    private static CgrVariables? ToSend(CgrVariables set)
    {
        if (set.Count > 0)
        {
            set.Remove(OriginIdName);
            set.Remove(OriginHostName);
        }

        return set.Count > 0 ? set : null;
    }
}
