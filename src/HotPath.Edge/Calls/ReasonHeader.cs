using HotPath.Billing;
using HotPath.Sip;

namespace HotPath.Edge;

/// <summary>The Reason header (RFC 3326): read for the CDR, passed on with CANCEL, written into the edge's own BYEs.</summary>
internal static class ReasonHeader
{
    /// <summary>Lines longer than this together do not pass with a CANCEL.</summary>
    public const int MostBytes = 1024;

    private const int Q850NonSelectedUser = 26;
    private const int SipAnswered = 200;

    /// <summary>The header line of a CANCEL to those that were not the first to answer (RFC 3326 §3.1).</summary>
    public static ReadOnlySpan<byte> CompletedElsewhere => "Reason: SIP;cause=200;text=\"Call completed elsewhere\"\r\n"u8;

    /// <summary>The header lines of a CANCEL, which ends at each hop, so that they do not pass by themselves.</summary>
    /// <param name="message">The CANCEL.</param>
    /// <param name="buffer">Gets them.</param>
    public static ReadOnlySpan<byte> LinesOf(in SipMessage message, Span<byte> buffer)
    {
        SipWriter writer = new(buffer);
        foreach (ReadOnlySpan<byte> value in message.Values(SipHeaderId.Reason))
        {
            writer.Append("Reason: "u8);
            writer.Append(value);
            writer.Append("\r\n"u8);
        }

        return writer.Overflowed ? default : writer.Written;
    }

    /// <summary>The Q.850 cause of a message, also where it says in SIP's own words that another has answered; 0 if it has none.</summary>
    public static int Q850CauseOf(in SipMessage message)
    {
        bool isAnsweredElsewhere = false;
        foreach (ReadOnlySpan<byte> value in message.Values(SipHeaderId.Reason))
        {
            if (!SipReason.TryParse(value, out SipReason reason))
            {
                continue;
            }

            if (reason.IsQ850 && reason.Cause is > 0 and < 128)
            {
                return reason.Cause;
            }

            isAnsweredElsewhere |= reason.Cause == SipAnswered && SipText.EqualsIgnoreCase(reason.Protocol, "SIP"u8);
        }

        return isAnsweredElsewhere ? Q850NonSelectedUser : 0;
    }

    /// <summary>The header line of a BYE that the edge sends by itself.</summary>
    public static ReadOnlySpan<byte> LineOf(in EndCause cause) =>
        cause == EndCause.LifetimeOver ? "Reason: SIP;cause=408;text=\"Longest call\"\r\n"u8
        : cause == EndCause.NoAck ? "Reason: SIP;cause=408;text=\"ACK Timeout\"\r\n"u8
        : cause == EndCause.SessionExpired ? "Reason: SIP;cause=408;text=\"Session expired\"\r\n"u8
        : cause == EndCause.EngineAway ? "Reason: SIP;cause=503;text=\"Charging not available\"\r\n"u8
        : cause == EndCause.Shutdown ? "Reason: SIP;cause=503;text=\"Going down\"\r\n"u8
        : cause == EndCause.EdgeRestart ? "Reason: SIP;cause=503;text=\"Restarted\"\r\n"u8
        : cause.Text == EndCause.CalleeBye.Text ? "Reason: Q.850;cause=16;text=\"Hung up\"\r\n"u8
        : cause.MoneyEnded ? "Reason: SIP;cause=402;text=\"Credit used up\"\r\n"u8
        : "Reason: Q.850;cause=16;text=\"Ended by charging\"\r\n"u8;
}
