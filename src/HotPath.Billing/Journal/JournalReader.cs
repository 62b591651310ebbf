namespace HotPath.Billing;

/// <summary>Is handed a record of a journal.</summary>
/// <param name="sequence">The record's number, rising over the whole journal.</param>
/// <param name="record">What was appended; only during the call.</param>
public delegate void JournalVisitor(long sequence, ReadOnlySpan<byte> record);

/// <summary>
/// Reads a journal from its first record to its last. Cut or damaged at any byte, every whole record is handed over, and what was passed
/// over is told. Reading changes nothing.
/// </summary>
public static class JournalReader
{
    /// <summary>Reads all segments in order.</summary>
    /// <exception cref="IOException">The disk does not work.</exception>
    public static JournalSummary Read(IJournalFiles files, JournalVisitor visit)
    {
        var damages = new List<JournalDamage>();
        int segments = 0;
        long records = 0, lastEpoch = 0, first = 0, last = 0;
        foreach (string name in files.List())
        {
            if (!JournalSegment.TryParseName(name, out _))
            {
                continue;
            }

            byte[] bytes = ReadAll(files, name);
            if (!bytes.AsSpan().ContainsAnyExcept((byte)0))
            {
                // Made in advance and not begun.
                continue;
            }

            segments++;
            if (!JournalSegment.TryReadHeader(bytes, out long epoch, out long firstSequence))
            {
                damages.Add(new JournalDamage(name, 0, bytes.Length, JournalDamageKind.Header));
                continue;
            }

            if (last != 0 && firstSequence > last + 1)
            {
                damages.Add(new JournalDamage(name, 0, 0, JournalDamageKind.Missing));
            }

            lastEpoch = Math.Max(lastEpoch, epoch);
            int at = JournalSegment.HeaderBytes;
            while (at < bytes.Length)
            {
                if (JournalSegment.TryReadRecord(bytes.AsSpan(at), epoch, out long sequence, out ReadOnlySpan<byte> payload))
                {
                    visit(sequence, payload);
                    records++;
                    first = first == 0 ? sequence : first;
                    last = sequence;
                    at += JournalSegment.SizeOf(payload.Length);
                    continue;
                }

                int next = FindRecord(bytes, at, epoch, last);
                int written = bytes.AsSpan(0, next).TrimEnd((byte)0).Length;
                if (next < bytes.Length || written > at)
                {
                    JournalDamageKind kind = next < bytes.Length ? JournalDamageKind.Damaged : JournalDamageKind.Cut;
                    damages.Add(new JournalDamage(name, at, Math.Max(written, at + 1) - at, kind));
                }

                at = next;
            }
        }

        return new JournalSummary(segments, records, lastEpoch, first, last, damages);
    }

    /// <summary>Looks for the next whole record behind a damaged place.</summary>
    /// <returns>Where it begins, or the end of the segment.</returns>
    private static int FindRecord(byte[] bytes, int damagedAt, long epoch, long last)
    {
        int end = bytes.AsSpan().TrimEnd((byte)0).Length;
        for (int at = damagedAt + 8; at < end; at += 8)
        {
            if (JournalSegment.TryReadRecord(bytes.AsSpan(at), epoch, out long sequence, out _) && sequence > last)
            {
                return at;
            }
        }

        return bytes.Length;
    }

    private static byte[] ReadAll(IJournalFiles files, string name)
    {
        using IJournalFile file = files.Open(name);
        var bytes = new byte[file.Length];
        int read = file.Read(0, bytes);
        return read == bytes.Length ? bytes : bytes[..read];
    }
}
