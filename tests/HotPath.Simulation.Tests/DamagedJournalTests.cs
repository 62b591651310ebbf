using System.Buffers.Binary;
using HotPath.Billing;
using HotPath.Testing;

namespace HotPath.Simulation.Tests;

/// <summary>
/// Promise: whatever becomes of the journal of an edge that died, be it cut at any byte or changed in any bits, the next edge starts, reads
/// every record that is still whole, says that others are gone, and charges nobody twice.
/// </summary>
public sealed class DamagedJournalTests(ITestOutputHelper output)
{
    private const int Seed = 20261121;
    private const int Runs = 120;
    private const int HeaderBytes = 32;
    private const int LatestDeath = 32;

    [Fact]
    public void Cut_at_any_byte() => Play((disk, random) =>
    {
        Frame[] frames = FramesOf(disk);
        Frame last = frames[^1];
        int cut = random.Next(random.Next(2) == 0 ? last.Start : 0, last.End);
        Frame begun = Array.Find(frames, frame => frame.Segment == last.Segment && cut < frame.End);
        Span<byte> segment = disk.BytesOf(last.Segment);

        // Nobody can see that there was more where nothing of a record is left, or nothing of it is missing.
        bool isSilent = !segment[(cut < begun.Start ? 0 : begun.Start)..cut].ContainsAnyExcept((byte)0) || !segment[cut..begun.End].ContainsAnyExcept((byte)0);
        segment[cut..].Clear();
        return (frame => frame.Segment != last.Segment || frame.End <= cut, isSilent);
    });

    [Fact]
    public void With_bits_flipped_anywhere() => Play((disk, random) =>
    {
        string[] segments = [.. FramesOf(disk).Select(frame => frame.Segment).Distinct()];
        var flipped = new List<(string Segment, int At)>();
        for (int left = 1 << random.Next(5); left > 0; left--)
        {
            string segment = segments[random.Next(segments.Length)];
            Span<byte> bytes = disk.BytesOf(segment);
            int at = random.Next(bytes.TrimEnd((byte)0).Length);
            bytes[at] ^= (byte)(1 << random.Next(8));
            flipped.Add((segment, at));
        }

        return (frame => !flipped.Exists(flip => flip.Segment == frame.Segment && (flip.At < HeaderBytes || (flip.At >= frame.Start && flip.At < frame.End))), false);
    });

    /// <param name="damage">Damages a disk; says which records are whole after it, and whether nothing shows that others are gone.</param>
    private void Play(Func<SimulatedDisk, Random, (Predicate<Frame> IsWhole, bool IsSilent)> damage)
    {
        var random = new Random(Seed);
        int played = 0, lost = 0;
        long parked = 0;
        for (int i = 0; i < Runs; i++)
        {
            int dyingWrite = random.Next(1, LatestDeath);
            string when = $"run {i}, death at write {dyingWrite}";
            var run = new CrashRun(dyingWrite, resumes: random.Next(2) == 0, [""], disk =>
            {
                Dictionary<long, byte[]> before = RecordsOf(disk, out _);
                Frame[] frames = FramesOf(disk);
                if (frames.Length == 0)
                {
                    return;
                }

                (Predicate<Frame> isWhole, bool isSilent) = damage(disk, random);
                Dictionary<long, byte[]> after = RecordsOf(disk, out JournalSummary found);
                Assert.All(after, record => Assert.Equal(before[record.Key], record.Value));
                Assert.DoesNotContain(frames, frame => isWhole(frame) && !after.ContainsKey(frame.Sequence));
                Assert.True(isSilent || after.Count == before.Count || found.Damages.Count > 0, $"{when}: {before.Count - after.Count} records are gone, and nothing says so");
                lost += before.Count - after.Count;
            });
            if (run.Play())
            {
                played++;
                run.CheckAfterDamage(when);
                parked += run.Parked;
            }
        }

        output.WriteLine($"{played} edges died, {lost} of their records were lost, {parked} sessions were parked");
        Assert.InRange(played, Runs * 3 / 4, Runs);
        Assert.True(lost > Runs);
    }

    private static Dictionary<long, byte[]> RecordsOf(SimulatedDisk disk, out JournalSummary found)
    {
        var records = new Dictionary<long, byte[]>();
        found = JournalReader.Read(disk, (sequence, record) => records.Add(sequence, record.ToArray()));
        return records;
    }

    /// <summary>Where the whole records of an undamaged journal lie: a length first, all of it a multiple of eight bytes (docs/journal.md).</summary>
    private static Frame[] FramesOf(SimulatedDisk disk)
    {
        Dictionary<long, byte[]> records = RecordsOf(disk, out _);
        var frames = new List<Frame>();
        foreach (string segment in disk.List())
        {
            ReadOnlySpan<byte> bytes = disk.BytesOf(segment);
            int start = HeaderBytes;
            while (start < bytes.Length && BinaryPrimitives.ReadInt64LittleEndian(bytes[(start + 8)..]) is var sequence && records.TryGetValue(sequence, out byte[]? record))
            {
                int end = start + ((16 + record.Length + 7) & ~7);
                frames.Add(new Frame(segment, start, end, sequence));
                start = end;
            }
        }

        return [.. frames];
    }

    private readonly record struct Frame(string Segment, int Start, int End, long Sequence);
}
