using HotPath.Billing;
using HotPath.Sip;

namespace HotPath.Edge;

/// <summary>What the journal keeps of a call with each of its sessions: how many they are, and the dialog.</summary>
internal static class CallRecord
{
    /// <summary>Set in the first byte, beside the count. Without it, the bytes are the dialog's record alone, and the call has one session.</summary>
    private const byte HasCount = 0x80;

    /// <summary>Writes it.</summary>
    /// <param name="dialog">The call's dialog.</param>
    /// <param name="sessions">How many sessions the call was answered with.</param>
    /// <param name="output">The room there is.</param>
    /// <returns>The bytes written; 0 if it does not fit.</returns>
    public static int Write(Dialog dialog, int sessions, Span<byte> output)
    {
        if (output.IsEmpty || !dialog.TryWriteRecord(output[1..], out int written))
        {
            return 0;
        }

        output[0] = (byte)(HasCount | sessions);
        return 1 + written;
    }

    /// <summary>How many sessions the call was answered with.</summary>
    public static int CountOf(JournaledSession session) => IsCounted(session) ? session.OwnerState.Span[0] & ~HasCount : 1;

    /// <summary>The record of the call's dialog; empty: it was not written.</summary>
    public static ReadOnlySpan<byte> DialogOf(JournaledSession session) => session.OwnerState.Span[(IsCounted(session) ? 1 : 0)..];

    /// <summary>The call's Call-ID; empty: it was not written.</summary>
    public static ReadOnlySpan<byte> CallIdOf(JournaledSession session) => Dialog.GetCallId(DialogOf(session));

    /// <summary>Puts the sessions of each call together. A session whose dialog was not written stays alone.</summary>
    public static List<List<JournaledSession>> GroupByCall(IEnumerable<JournaledSession> sessions)
    {
        List<List<JournaledSession>> calls = [];
        foreach (IGrouping<string, JournaledSession> ofCallId in sessions.GroupBy(session => Convert.ToHexString(CallIdOf(session))))
        {
            int first = calls.Count;
            foreach (JournaledSession session in ofCallId)
            {
                int known = ofCallId.Key.Length == 0 ? -1 : calls.FindIndex(first, call => Dialog.AreOfOneDialog(DialogOf(call[0]), DialogOf(session)));
                if (known >= 0)
                {
                    calls[known].Add(session);
                }
                else
                {
                    calls.Add([session]);
                }
            }
        }

        return calls;
    }

    private static bool IsCounted(JournaledSession session) => !session.OwnerState.IsEmpty && (session.OwnerState.Span[0] & HasCount) != 0;
}
