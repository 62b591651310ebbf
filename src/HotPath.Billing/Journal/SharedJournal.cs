using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HotPath.Billing;

/// <summary>
/// The journal of a whole edge: what its lanes append goes, one record at a time, into one folder. At <see cref="JournalLevel.Power"/> a
/// thread of its own flushes: it begins as soon as something is appended, and one flush carries whatever came while the last one ran.
/// </summary>
public sealed class SharedJournal : IDisposable
{
    private const int PauseAfterFailureMs = 100;

    private readonly Lock _lock = new();
    private readonly JournalFolder _folder;
    private readonly FileJournal _journal;
    private readonly AutoResetEvent _appended = new(false);
    private readonly Thread? _flusher;
    private readonly List<LaneJournal> _lanes = [];
    private readonly string _path;
    private readonly ILogger _logger;
    private bool _hadRoom = true;
    private int _isDirty;
    private volatile bool _isStopping;

    private SharedJournal(string path, JournalFolder folder, FileJournal journal, JournalLevel level, ILogger logger)
    {
        _path = path;
        _logger = logger;
        _folder = folder;
        _journal = journal;
        if (level == JournalLevel.Power)
        {
            _flusher = new Thread(FlushAll) { IsBackground = true, Name = "HotPath journal" };
            _flusher.Start();
        }
    }

    /// <summary>Opens the journal in a folder, which is made if it is missing, as its next owner.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="options">How the journal is kept.</param>
    /// <param name="replay">Takes what is in it.</param>
    /// <param name="logger">Is told what was found, every damage, and when new calls find no room or the disk does not work.</param>
    /// <exception cref="IOException">Another process owns it, or the disk does not work, is full or must not be written.</exception>
    public static SharedJournal Open(string path, JournalOptions options, JournalReplay replay, ILogger? logger = null)
    {
        JournalFolder? folder = null;
        try
        {
            folder = JournalFolder.Own(path);
            logger ??= NullLogger.Instance;
            SharedJournal journal = new(path, folder, FileJournal.Open(folder, options, replay.Visit, out JournalSummary found), options.Level, logger);
            foreach (JournalDamage damage in found.Damages)
            {
                logger.JournalDamaged(damage);
            }

            journal.FoundUnresolved = replay.Unresolved.Count();
            logger.JournalReplayed(path, found.Records, replay.Open.Count(), journal.FoundUnresolved, replay.NotUnderstood);
            BillingMetrics.Journals.Add(journal);
            return journal;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            folder?.Dispose();
            throw error as IOException ?? new IOException(error.Message, error);
        }
    }

    /// <summary>Called on a thread of the journal's own when more records have become safe. To be set before anything is appended.</summary>
    public Action? Flushed { get; set; }

    /// <summary>Parked sessions that were in it when it was opened.</summary>
    internal int FoundUnresolved { get; private set; }

    /// <summary>Records that are not safe yet. Any thread.</summary>
    internal long Backlog
    {
        get
        {
            lock (_lock)
            {
                return _journal.Backlog;
            }
        }
    }

    /// <summary>Size of all segments. Any thread.</summary>
    internal long SizeBytes
    {
        get
        {
            lock (_lock)
            {
                return _journal.SizeBytes;
            }
        }
    }

    /// <summary>The journal can take new calls. Any thread.</summary>
    internal bool HasRoom
    {
        get
        {
            lock (_lock)
            {
                return _journal.HasRoom;
            }
        }
    }

    /// <summary>The journal as one lane sees it. All lanes must be made before one of them is used.</summary>
    public IJournalStore AddLane()
    {
        LaneJournal lane = new(this);
        _lanes.Add(lane);
        return lane;
    }

    /// <summary>Flushes, closes and gives the folder up. The lanes must have ended.</summary>
    public void Dispose()
    {
        BillingMetrics.Journals.Remove(this);
        _isStopping = true;
        _appended.Set();
        _flusher?.Join();
        _journal.Dispose();
        _folder.Dispose();
        _appended.Dispose();
    }

    private void FlushAll()
    {
        bool hasFailed = false;
        while (!_isStopping)
        {
            _appended.WaitOne();
            Volatile.Write(ref _isDirty, 0);
            try
            {
                _journal.Flush();
                hasFailed = false;
                Flushed?.Invoke();
            }
            catch (IOException failure)
            {
                if (!hasFailed)
                {
                    hasFailed = true;
                    _logger.JournalNotFlushed(_path, failure.Message);
                }

                // What is not flushed is not safe, and whoever waits for it gives up by itself. The next try may do better.
                Thread.Sleep(PauseAfterFailureMs);
                _appended.Set();
            }
        }
    }

    private long Append(ReadOnlySpan<byte> record)
    {
        long sequence;
        lock (_lock)
        {
            sequence = _journal.Append(record);
        }

        if (_flusher is not null && Interlocked.Exchange(ref _isDirty, 1) == 0)
        {
            _appended.Set();
        }

        return sequence;
    }

    private void Maintain()
    {
        bool hasRoom;
        string? reason;
        lock (_lock)
        {
            _journal.Maintain();
            hasRoom = _journal.HasRoom;
            if (hasRoom == _hadRoom)
            {
                return;
            }

            _hadRoom = hasRoom;
            reason = _journal.Failure?.Message;
        }

        if (hasRoom)
        {
            _logger.JournalHasRoom(_path);
        }
        else
        {
            _logger.JournalFull(_path, reason ?? $"it has reached {SizeBytes} bytes");
        }
    }

    /// <summary>A segment goes when no lane needs it.</summary>
    private void Release(LaneJournal lane, long sequence)
    {
        lock (_lock)
        {
            lane.Needed = sequence;
            if (_lanes.TrueForAll(other => other.Needed > 0))
            {
                _journal.Release(_lanes.Min(other => other.Needed));
                _lanes.ForEach(other => other.Needed = 0);
            }
        }
    }

    private sealed class LaneJournal(SharedJournal shared) : IJournalStore
    {
        /// <summary>The first record that the lane needs; 0: not said since segments went the last time. Guarded by the lock.</summary>
        public long Needed { get; set; }

        public long SafeSequence => shared._journal.SafeSequence;

        public bool HasRoom => shared.HasRoom;

        public bool IsGrown(long neededBytes)
        {
            lock (shared._lock)
            {
                return Needed == 0 && shared._journal.IsGrown(neededBytes * shared._lanes.Count);
            }
        }

        public long Append(ReadOnlySpan<byte> record) => shared.Append(record);

        public void Maintain() => shared.Maintain();

        public void Release(long sequence) => shared.Release(this, sequence);
    }
}
