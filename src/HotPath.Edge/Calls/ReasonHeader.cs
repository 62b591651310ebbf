using HotPath.Billing;
using HotPath.Sip;

namespace HotPath.Edge;

/// <summary>The Reason header (RFC 3326): read for the CDR, written into the edge's own BYEs.</summary>
internal static class ReasonHeader
{
    /// <summary>The Q.850 cause of a message; 0 if it has none.</summary>
    public static int Q850CauseOf(in SipMessage message)
    {
        foreach (ReadOnlySpan<byte> value in message.Values(SipHeaderId.Reason))
        {
            if (SipReason.TryParse(value, out SipReason reason) && reason.IsQ850 && reason.Cause is > 0 and < 128)
            {
                return reason.Cause;
            }
        }

        return 0;
    }

    /// <summary>The header line of a BYE that the edge sends by itself.</summary>
    public static ReadOnlySpan<byte> LineOf(in EndCause cause) =>
        cause == EndCause.LifetimeOver ? "Reason: SIP;cause=408;text=\"Longest call\"\r\n"u8
        : cause == EndCause.NoAck ? "Reason: SIP;cause=408;text=\"ACK Timeout\"\r\n"u8
        : cause == EndCause.SessionExpired ? "Reason: SIP;cause=408;text=\"Session expired\"\r\n"u8
        : cause == EndCause.EngineAway ? "Reason: SIP;cause=503;text=\"Charging not available\"\r\n"u8
        : cause == EndCause.Shutdown ? "Reason: SIP;cause=503;text=\"Going down\"\r\n"u8
        : cause.MoneyEnded ? "Reason: SIP;cause=402;text=\"Credit used up\"\r\n"u8
        : "Reason: Q.850;cause=16;text=\"Ended by charging\"\r\n"u8;
}
