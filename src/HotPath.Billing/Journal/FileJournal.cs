namespace HotPath.Billing;

/// <summary>
/// An append-only journal in segments of fixed size, written by one owner. The next segment is always made before it is needed: while
/// the disk is full, <see cref="HasRoom"/> is false, new calls are refused, and running calls end within that reserve. No record is ever
/// dropped: what the disk does not take now waits in memory, is tried again, and is not called safe before. Appending allocates nothing
/// in steady state. All members but <see cref="Flush"/> and <see cref="SafeSequence"/> belong to one thread.
/// </summary>
public sealed class FileJournal : IJournalStore, IDisposable
{
    private const int LeastUsualSegments = 4;

    private readonly IJournalFiles _files;
    private readonly JournalOptions _options;
    private readonly List<(long Number, long FirstSequence)> _segments = [];
    private readonly byte[] _frame = new byte[JournalSegment.SizeOf(JournalSegment.MaxPayloadBytes)];
    private readonly Lock _flushLock = new();
    private readonly List<IJournalFile> _retired = [];

    /// <summary>More segments than this are too many: at first a few, then twice what was needed last time.</summary>
    private int _usualSegments = LeastUsualSegments;

    private IJournalFile? _file;
    private IJournalFile? _spare;
    private long _lastNumber;
    private long _at;
    private long _written;
    private long _flushed;

    // Frames the disk did not take, in order.
    private byte[] _backlog = [];
    private int _backlogBytes;
    private long _appended;

    private FileJournal(IJournalFiles files, JournalOptions options, JournalSummary found)
    {
        _files = files;
        _options = options;
        Epoch = found.Epoch + 1;
        _appended = _written = _flushed = found.LastSequence;
    }

    /// <summary>The fencing epoch of this owner: one more than the last owner's.</summary>
    public long Epoch { get; }

    /// <inheritdoc/>
    public long SafeSequence => Volatile.Read(ref _options.Level == JournalLevel.Power ? ref _flushed : ref _written);

    /// <inheritdoc/>
    public bool HasRoom => _spare is not null && _backlogBytes == 0 && SizeBytes < _options.MaxBytes;

    /// <summary>Records that are not safe yet.</summary>
    internal long Backlog => _appended - SafeSequence;

    /// <summary>Size of all segments.</summary>
    internal long SizeBytes => (long)_segments.Count * _options.SegmentBytes;

    /// <summary>Why the disk did not take what it was to take; <c>null</c>: it has taken everything, and there is a reserve.</summary>
    public IOException? Failure { get; private set; }

    /// <summary>Opens a journal as its next owner: first hands over what is in it, then begins a segment of its own.</summary>
    /// <param name="files">The folder.</param>
    /// <param name="options">How it is kept.</param>
    /// <param name="replay">Is handed every whole record.</param>
    /// <param name="found">What was read.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="IOException">The disk does not work, or is too full for even one segment.</exception>
    public static FileJournal Open(IJournalFiles files, JournalOptions options, JournalVisitor replay, out JournalSummary found)
    {
        options.Validate();
        found = JournalReader.Read(files, replay);
        var journal = new FileJournal(files, options, found);
        journal.FindSegments();
        journal.BeginSegment();
        return journal;
    }

    /// <inheritdoc/>
    public long Append(ReadOnlySpan<byte> record)
    {
        ArgumentOutOfRangeException.ThrowIfZero(record.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(record.Length, JournalSegment.MaxPayloadBytes);
        int size = JournalSegment.SizeOf(record.Length);
        JournalSegment.WriteRecord(_frame, Epoch, ++_appended, record);
        if (_backlogBytes > 0 || !TryWrite(_frame.AsSpan(0, size), _appended))
        {
            KeepForLater(_frame.AsSpan(0, size));
        }

        return _appended;
    }

    /// <inheritdoc/>
    public bool IsGrown(long neededBytes)
    {
        // Twice, for in the same segment running calls still end.
        bool fits = 2 * neededBytes <= _options.SegmentBytes - _at;
        return _segments.Count > _usualSegments || (_segments.Count > 1 && !HasRoom && _backlogBytes == 0 && fits);
    }

    /// <inheritdoc/>
    public void Maintain()
    {
        int done = 0;
        while (done < _backlogBytes)
        {
            _ = JournalSegment.TryReadRecord(_backlog.AsSpan(done, _backlogBytes - done), Epoch, out long sequence, out ReadOnlySpan<byte> payload);
            int size = JournalSegment.SizeOf(payload.Length);
            if (!TryWrite(_backlog.AsSpan(done, size), sequence))
            {
                break;
            }

            done += size;
        }

        _backlog.AsSpan(done, _backlogBytes - done).CopyTo(_backlog);
        _backlogBytes -= done;
        if (_spare is null)
        {
            _ = TryMakeSpare();
        }

        Failure = _spare is null || _backlogBytes > 0 ? Failure : null;
    }

    /// <summary>
    /// Brings everything written so far to the disk; at <see cref="JournalLevel.Power"/> that makes it safe. Meant for a thread of its
    /// own, so that one flush carries what several turns appended.
    /// </summary>
    /// <exception cref="IOException">The disk does not work; nothing more became safe.</exception>
    public void Flush()
    {
        lock (_flushLock)
        {
            long written = Volatile.Read(ref _written);
            foreach (IJournalFile file in _retired)
            {
                file.Flush();
                file.Dispose();
            }

            _retired.Clear();
            _file?.Flush();
            Volatile.Write(ref _flushed, written);
        }
    }

    /// <summary>Deletes the segments that hold nothing but records before <paramref name="sequence"/>.</summary>
    public void Release(long sequence)
    {
        while (_segments.Count > 1 && _segments[1].FirstSequence <= sequence)
        {
            try
            {
                _files.Delete(JournalSegment.NameOf(_segments[0].Number));
            }
            catch (IOException failure)
            {
                Failure = failure;
                return;
            }

            _segments.RemoveAt(0);
        }

        _usualSegments = Math.Max(LeastUsualSegments, 2 * _segments.Count);
    }

    /// <summary>Flushes and closes. What the disk has not taken is lost with the process.</summary>
    public void Dispose()
    {
        Maintain();
        try
        {
            Flush();
        }
        catch (IOException failure)
        {
            Failure = failure;
        }

        lock (_flushLock)
        {
            _file?.Dispose();
            _spare?.Dispose();
            _file = _spare = null;
        }
    }

    private void FindSegments()
    {
        Span<byte> header = stackalloc byte[JournalSegment.HeaderBytes];
        foreach (string name in _files.List())
        {
            if (!JournalSegment.TryParseName(name, out long number))
            {
                continue;
            }

            _lastNumber = number;
            int read;
            using (IJournalFile file = _files.Open(name))
            {
                read = file.Read(0, header);
            }

            if (JournalSegment.TryReadHeader(header[..read], out _, out long firstSequence))
            {
                _segments.Add((number, firstSequence));
            }
            else if (!header[..read].ContainsAnyExcept((byte)0))
            {
                // The last owner's reserve; ours takes its room.
                _files.Delete(name);
            }
        }
    }

    /// <summary>Writes a frame behind the last one, in the next segment if this one is full.</summary>
    private bool TryWrite(ReadOnlySpan<byte> frame, long sequence)
    {
        try
        {
            if (_at + frame.Length > _options.SegmentBytes)
            {
                BeginSegment();
            }

            _file!.Write(_at, frame);
        }
        catch (IOException failure)
        {
            Failure = failure;
            return false;
        }

        _at += frame.Length;
        Volatile.Write(ref _written, sequence);
        return true;
    }

    private void BeginSegment()
    {
        if (_spare is null && !TryMakeSpare())
        {
            throw Failure!;
        }

        Span<byte> header = stackalloc byte[JournalSegment.HeaderBytes];
        long firstSequence = Volatile.Read(ref _written) + 1;
        JournalSegment.WriteHeader(header, Epoch, firstSequence);
        _spare!.Write(0, header);
        lock (_flushLock)
        {
            if (_options.Level == JournalLevel.Process)
            {
                _file?.Dispose();
            }
            else if (_file is not null)
            {
                _retired.Add(_file);
            }

            _file = _spare;
        }

        _spare = null;
        _at = JournalSegment.HeaderBytes;
        _segments.Add((_lastNumber, firstSequence));
        _ = TryMakeSpare();
    }

    private bool TryMakeSpare()
    {
        try
        {
            _spare = _files.Create(JournalSegment.NameOf(_lastNumber + 1), _options.SegmentBytes);
            _lastNumber++;
            return true;
        }
        catch (IOException failure)
        {
            Failure = failure;
            return false;
        }
    }

    private void KeepForLater(ReadOnlySpan<byte> frame)
    {
        if (_backlog.Length < _backlogBytes + frame.Length)
        {
            Array.Resize(ref _backlog, Math.Max(64 * 1024, 2 * (_backlogBytes + frame.Length)));
        }

        frame.CopyTo(_backlog.AsSpan(_backlogBytes));
        _backlogBytes += frame.Length;
    }
}
