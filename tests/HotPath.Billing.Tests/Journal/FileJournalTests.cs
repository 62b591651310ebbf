using System.Buffers.Binary;
using HotPath.Testing;

namespace HotPath.Billing.Tests;

/// <summary>Whatever the disk or the process does, every record that was called safe is read again, in order and unchanged.</summary>
public sealed class FileJournalTests
{
    private static readonly JournalOptions s_small = new() { SegmentBytes = 160 * 1024, MaxBytes = 10 * 160 * 1024 };

    [Fact]
    public void RecordsAreReadAgainByTheNextOwnerInOrderOverManySegments()
    {
        var disk = new SimulatedDisk();
        FileJournal journal = Open(disk, out _);
        for (int i = 1; i <= 5000; i++)
        {
            Assert.Equal(i, journal.Append(Record(i)));
            Assert.Equal(i, journal.SafeSequence);
        }

        FileJournal next = Open(disk.AfterProcessDeath(), out List<long> read, out JournalSummary found);
        Assert.Equal(Enumerable.Range(1, 5000).Select(i => (long)i), read);
        Assert.True(found.Segments > 3);
        Assert.Empty(found.Damages);
        Assert.Equal(journal.Epoch + 1, next.Epoch);
        Assert.Equal(5001, next.Append(Record(5001)));
    }

    [Fact]
    public void ADeathInTheMiddleOfAnyWriteLosesNoSafeRecord()
    {
        for (int dyingWrite = 0; dyingWrite < 60; dyingWrite++)
        {
            var disk = new SimulatedDisk { DyingWrite = dyingWrite };
            long safe = 0;
            try
            {
                FileJournal journal = Open(disk, out _);
                for (int i = 1; i <= 40; i++)
                {
                    _ = journal.Append(new byte[16 * 1024]);
                    safe = journal.SafeSequence;
                }
            }
            catch (SimulatedCrashException)
            {
            }

            FileJournal next = Open(disk.AfterProcessDeath(), out List<long> read);
            Assert.Equal(Sequences(1, safe), read.Take((int)safe));
            Assert.Equal(read.Count + 1, next.Append(Record(0)));
        }
    }

    [Fact]
    public void CutAtAnyByteItKeepsEveryWholeRecordBeforeTheCutAndSaysWhatItDropped()
    {
        var disk = new SimulatedDisk();
        FileJournal journal = Open(disk, out _);
        var ends = new List<int>();
        int end = 32;
        for (int i = 1; i <= 6; i++)
        {
            byte[] record = Record(i);
            _ = journal.Append(record);
            end += (16 + record.Length + 7) & ~7;
            ends.Add(end);
        }

        for (int cut = 32; cut < end; cut++)
        {
            SimulatedDisk copy = disk.AfterProcessDeath();
            copy.BytesOf(copy.List()[0])[cut..].Clear();
            JournalSummary found = JournalReader.Read(copy, Nothing);
            int before = ends.Count(at => at <= cut);
            Assert.InRange(found.Records, before, before + 1);
            bool isWhole = found.Records == before + 1 || ends.Contains(cut) || cut == 32;
            Assert.True(isWhole || found.Damages is [{ Kind: JournalDamageKind.Cut }] or [], $"cut at {cut}: {string.Join("; ", found.Damages)}");
        }
    }

    [Fact]
    public void ADamagedPlaceCostsOnlyTheRecordsItTouches()
    {
        var disk = new SimulatedDisk();
        FileJournal journal = Open(disk, out _);
        for (int i = 1; i <= 100; i++)
        {
            _ = journal.Append(Record(i));
        }

        disk.BytesOf(disk.List()[0])[1000] ^= 0x40;
        var read = new List<long>();
        JournalSummary found = JournalReader.Read(disk, (sequence, _) => read.Add(sequence));
        Assert.Equal(99, read.Count);
        JournalDamage damage = Assert.Single(found.Damages);
        Assert.Equal(JournalDamageKind.Damaged, damage.Kind);
        Assert.InRange(1000, damage.Offset, damage.Offset + damage.Bytes);
    }

    [Fact]
    public void AtPowerLevelARecordIsSafeOnlyOnceItSurvivesTheEndOfTheMachine()
    {
        var random = new Random(20261121);
        for (int round = 0; round < 50; round++)
        {
            var disk = new SimulatedDisk();
            FileJournal journal = Open(disk, out _, out _, s_small with { Level = JournalLevel.Power });
            int records = random.Next(1, 1500);
            for (int i = 1; i <= records; i++)
            {
                _ = journal.Append(Record(i));
                if (random.Next(100) == 0)
                {
                    journal.Flush();
                    Assert.Equal(i, journal.SafeSequence);
                }
            }

            var read = new List<long>();
            _ = JournalReader.Read(disk.AfterPowerLoss(random), (sequence, _) => read.Add(sequence));
            Assert.Empty(Sequences(1, journal.SafeSequence).Except(read));
        }
    }

    [Fact]
    public void OnAFullDiskNewCallsAreRefusedAndRunningCallsEndInTheReserve()
    {
        var disk = new SimulatedDisk { FreeBytes = 2 * s_small.SegmentBytes };
        FileJournal journal = Open(disk, out _);
        Assert.True(journal.HasRoom);
        int inFirst = 0;
        while (journal.HasRoom)
        {
            _ = journal.Append(Record(++inFirst));
        }

        Assert.NotNull(journal.Failure);
        int inReserve = 0;
        while (journal.SafeSequence == inFirst + inReserve)
        {
            inReserve++;
            _ = journal.Append(Record(inFirst + inReserve));
        }

        Assert.InRange(inReserve, inFirst - 10, inFirst + 10);

        // Beyond the reserve nothing is dropped either: it waits for room.
        for (int i = 0; i < 100; i++)
        {
            _ = journal.Append(Record(inFirst + ++inReserve));
        }

        disk.FreeBytes = long.MaxValue / 2;
        journal.Maintain();
        Assert.Equal(inFirst + inReserve, journal.SafeSequence);
        Assert.True(journal.HasRoom);
        _ = Open(disk.AfterProcessDeath(), out List<long> read);
        Assert.Equal(Sequences(1, inFirst + inReserve), read);
    }

    [Fact]
    public void ADiskThatFailsForAWhileCostsNoRecord()
    {
        var disk = new SimulatedDisk();
        FileJournal journal = Open(disk, out _);
        _ = journal.Append(Record(1));
        disk.IsBroken = true;
        _ = journal.Append(Record(2));
        _ = journal.Append(Record(3));
        Assert.Equal(1, journal.SafeSequence);
        Assert.False(journal.HasRoom);
        disk.IsBroken = false;
        journal.Maintain();
        Assert.Equal(3, journal.SafeSequence);
        _ = Open(disk.AfterProcessDeath(), out List<long> read);
        Assert.Equal([1, 2, 3], read);
    }

    [Fact]
    public void SegmentsThatNobodyNeedsAreDeletedAndTheBoundHolds()
    {
        var disk = new SimulatedDisk();
        FileJournal journal = Open(disk, out _);
        long sequence = 0;
        while (journal.HasRoom)
        {
            sequence = journal.Append(Record(1));
        }

        Assert.InRange((long)disk.List().Count * s_small.SegmentBytes, s_small.MaxBytes, s_small.MaxBytes + s_small.SegmentBytes);
        journal.Release(sequence);
        Assert.True(journal.HasRoom);
        Assert.Equal(2, disk.List().Count);
        _ = Open(disk.AfterProcessDeath(), out List<long> read);
        Assert.Contains(sequence, read);
    }

    [Fact]
    public void AnEarlierOwnersBytesNeverPassForThisOnes()
    {
        var disk = new SimulatedDisk();
        _ = Open(disk, out _).Append(Record(1));
        string first = disk.List()[0];
        Open(disk, out _).Append(Record(2));
        string second = disk.List()[1];
        disk.BytesOf(first)[32..256].CopyTo(disk.BytesOf(second)[32..]);
        JournalSummary found = JournalReader.Read(disk, Nothing);
        Assert.Equal(1, found.Records);
        Assert.NotEmpty(found.Damages);
    }

    [Fact]
    public void AppendingAllocatesNothing()
    {
        FileJournal journal = Open(new SimulatedDisk(), out _, out _, new JournalOptions());
        byte[] record = Record(1);
        long allocated = SteadyState.AllocatedBytes(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                _ = journal.Append(record);
            }
        });
        Assert.Equal(0, allocated);
    }

    [Fact, Trait("FieldPain", "20")]
    public void ARealFolderHasOneOwnerAndAnyNumberOfReaders()
    {
        string path = Directory.CreateTempSubdirectory("hotpath-journal-").FullName;
        try
        {
            using (JournalFolder folder = JournalFolder.Own(path))
            using (FileJournal journal = Open(folder, out _, out _, s_small with { Level = JournalLevel.Power }))
            {
                for (int i = 1; i <= 3000; i++)
                {
                    _ = journal.Append(Record(i));
                }

                journal.Flush();
                Assert.Equal(3000, journal.SafeSequence);
                IOException refusal = Assert.Throws<IOException>(() => JournalFolder.Own(path));
                Assert.Contains(path, refusal.Message, StringComparison.Ordinal);
                using JournalFolder looking = JournalFolder.Inspect(path);
                Assert.Equal(3000, JournalReader.Read(looking, Nothing).Records);
            }

            using JournalFolder next = JournalFolder.Own(path);
            using FileJournal again = Open(next, out List<long> read);
            Assert.Equal(Sequences(1, 3000), read);
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    private static void Nothing(long sequence, ReadOnlySpan<byte> record)
    {
    }

    private static IEnumerable<long> Sequences(long first, long last) => Enumerable.Range((int)first, (int)(last - first + 1)).Select(i => (long)i);

    /// <summary>A record that says its number and has a length of its own.</summary>
    private static byte[] Record(int number)
    {
        var record = new byte[100 + number % 97];
        record.AsSpan().Fill(0xA5);
        BinaryPrimitives.WriteInt32LittleEndian(record, number);
        return record;
    }

    private static FileJournal Open(IJournalFiles files, out List<long> read) => Open(files, out read, out _);

    private static FileJournal Open(IJournalFiles files, out List<long> read, out JournalSummary found, JournalOptions? options = null)
    {
        var sequences = new List<long>();
        FileJournal journal = FileJournal.Open(files, options ?? s_small, (sequence, _) => sequences.Add(sequence), out found);
        read = sequences;
        return journal;
    }
}
