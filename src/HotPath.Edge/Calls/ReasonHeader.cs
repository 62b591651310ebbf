using System.Buffers.Text;
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
            int end = value.IndexOf((byte)';');
            if (end < 0 || !SipText.EqualsIgnoreCase(SipText.Trim(value[..end]), "Q.850"u8))
            {
                continue;
            }

            SipParameterReader parameters = new(value[end..]);
            while (parameters.MoveNext())
            {
                if (SipText.EqualsIgnoreCase(parameters.Name, "cause"u8) && Utf8Parser.TryParse(parameters.Value, out int cause, out int used)
                    && used == parameters.Value.Length && cause is > 0 and < 128)
                {
                    return cause;
                }
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
