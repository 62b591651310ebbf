using System.Text;
using HotPath.Commands;

namespace HotPath.Billing;

/// <summary>What a charging session sends that does not differ from call to call. Immutable; shared by all sessions that use it.</summary>
public sealed class ChargingProfile
{
    /// <summary>Stable, configured name of this edge; half of a session's identity on the engine, always sent.</summary>
    public required string OriginHost { get; init; }

    /// <summary>
    /// Tells the billing sessions of one call apart, as a customer's and a carrier's: OriginID is then <c>Call-ID|tag</c>, unless the
    /// variable of that name says otherwise. Empty, as for a call's only session: OriginID is the Call-ID.
    /// </summary>
    public string Tag { get; init; } = "";

    /// <summary>
    /// CGRateS tenant, by default the one of a stock engine; empty: not sent. Some engines lose the CDRs of missed calls that name none
    /// (facts: field-pains.md 3).
    /// </summary>
    public string Tenant { get; init; } = "cgrates.org";

    /// <summary><c>*prepaid</c>, <c>*postpaid</c>, <c>*pseudoprepaid</c>, <c>*rated</c>; empty: left to the engine's attributes.</summary>
    public string RequestType { get; init; } = "*prepaid";

    /// <summary>Rating category; empty: the engine's default, <c>call</c>.</summary>
    public string Category { get; init; } = "call";

    /// <summary>Ask the engine to apply its attribute profiles (<c>GetAttributes</c>).</summary>
    public bool GetAttributes { get; init; }

    /// <summary>
    /// Fields that go into the event of every command (the reference module's <c>$cgr</c>), under the rules of
    /// <c>docs/variables.md</c>. Not to be changed once the profile is in use.
    /// </summary>
    public CgrVariables? Variables { get; init; }

    /// <summary>Members that go beside the event of every command (the reference module's <c>$cgr_opt</c>). Not to be changed once the profile is in use.</summary>
    public CgrVariables? Options { get; init; }

    /// <summary>Deliver a CDR for each answered session (the reference module's flag <c>cdr</c>).</summary>
    public bool Cdr { get; init; } = true;

    /// <summary>Deliver a CDR for calls that were authorised but never answered (the reference module's flag <c>missed</c>).</summary>
    public bool MissedCdr { get; init; } = true;

    /// <summary>How a measured duration is told to the engine.</summary>
    public UsageRounding UsageRounding { get; init; }

    /// <summary>
    /// The engines keep the cost of ended sessions (<c>store_session_costs</c>), so that a late CDR of a prepaid session is not debited
    /// again. Without it a CDR that could not be delivered within <see cref="ClosedSessionTtl"/> is parked as unresolved.
    /// </summary>
    public bool EnginesStoreSessionCosts { get; init; }

    /// <summary>How long an engine remembers an ended session for its CDR.</summary>
    public TimeSpan ClosedSessionTtl { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a call may run while no engine can be asked, counted from its answer: it is settled when one is back. Zero: such calls are
    /// refused, and answered ones ended. <c>null</c>: an hour where the request type is <c>*postpaid</c> or <c>*rated</c>, for which no engine
    /// looks at a balance first; else zero.
    /// </summary>
    public TimeSpan? AllowedWithoutEngine { get; init; }

    /// <summary>
    /// The length of call asked for in Authorize and Initiate, whole seconds; a grant as long as this is no limit. <c>null</c>: none is asked
    /// for, and the engine grants what its default usage and the balance allow.
    /// </summary>
    public TimeSpan? AuthorizeUsage { get; init; }

    /// <summary>
    /// Debit the call by the piece, whole seconds, ten or more: Initiate asks for this long, and before it is over UpdateSession for as long again, and so
    /// on. A call runs as long as was debited. <c>null</c>: the engine's own debit interval decides. For engines that have none
    /// (<c>debit_interval</c> 0).
    /// </summary>
    public TimeSpan? DebitInterval { get; init; }

    /// <summary>What is billed of a call whose answer was never acknowledged.</summary>
    public NoAckBilling NoAckBilling { get; init; }

    /// <summary>What becomes of a call whose session the engine has forgotten.</summary>
    public LostSessionPolicy OnLostByEngine { get; init; }

    /// <summary>
    /// The engines share their sessions, so that one can go on with what another began: while an engine is away, its calls are opened
    /// on another, and ended on one that has a copy of the session. What the one that was away may have open is ended there, without
    /// further charge, when it is back.
    /// </summary>
    public bool EnginesReplicate { get; init; }

    /// <summary>The values that the journal keeps with a session are the same.</summary>
    internal bool SendsTheSameAs(ChargingProfile other) =>
        (OriginHost, Tag, Tenant, RequestType, Category) == (other.OriginHost, other.Tag, other.Tenant, other.RequestType, other.Category)
        && (GetAttributes, Cdr, MissedCdr, UsageRounding) == (other.GetAttributes, other.Cdr, other.MissedCdr, other.UsageRounding)
        && (EnginesStoreSessionCosts, ClosedSessionTtl) == (other.EnginesStoreSessionCosts, other.ClosedSessionTtl)
        && (OnLostByEngine, EnginesReplicate, AllowedWithoutEngine) == (other.OnLostByEngine, other.EnginesReplicate, other.AllowedWithoutEngine)
        && (AuthorizeUsage, DebitInterval) == (other.AuthorizeUsage, other.DebitInterval);

    internal byte[] OriginHostUtf8 => field ??= Encoding.UTF8.GetBytes(OriginHost);

    internal byte[]? TagUtf8 => field ??= Optional(Tag);

    internal byte[]? TenantUtf8 => field ??= Optional(Tenant);

    internal byte[]? RequestTypeUtf8 => field ??= Optional(RequestType);

    internal byte[]? CategoryUtf8 => field ??= Optional(Category);

    private static byte[]? Optional(string text) => text.Length == 0 ? null : Encoding.UTF8.GetBytes(text);
}

/// <summary>What becomes of a call whose session the engine has forgotten.</summary>
public enum LostSessionPolicy : byte
{
    /// <summary>The call is ended.</summary>
    End,

    /// <summary>The call goes on within its grant; its CDR settles it.</summary>
    Settle,
}

/// <summary>What is billed of a call whose answer was never acknowledged.</summary>
public enum NoAckBilling : byte
{
    /// <summary>The time from the answer to the end that followed.</summary>
    Measured,

    /// <summary>Nothing.</summary>
    Zero,
}

/// <summary>How a measured duration is told to the engine.</summary>
public enum UsageRounding : byte
{
    /// <summary>
    /// A second that was begun counts. When the call was cut because its money or its limit was gone, the moments past the grant are the
    /// edge's, not the caller's, and are not billed.
    /// </summary>
    Up,

    /// <summary>As the reference module: the difference of the unix seconds of answer and end.</summary>
    Module,

    /// <summary>
    /// Not rounded, in milliseconds (<c>3.2s</c>), but for what a cut call ran past its grant. Engines of the dialect before rc8 may not take it.
    /// </summary>
    Milliseconds,
}
