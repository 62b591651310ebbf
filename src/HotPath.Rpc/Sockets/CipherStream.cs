using System.Threading.Tasks.Sources;

namespace HotPath.Rpc;

/// <summary>
/// The wire's side of a <see cref="TlsLink"/>, as <see cref="System.Net.Security.SslStream"/> wants it: what arrived is read from it, and
/// what is written is collected to be sent. A read that finds nothing completes inside <see cref="Receive"/> or <see cref="End"/>, on the thread that
/// calls them: nothing ever waits or changes threads. Allocates nothing in steady state. Not thread-safe.
/// </summary>
/// <param name="written">Called after bytes were written to <see cref="Outgoing"/>.</param>
internal sealed class CipherStream(Action written) : Stream, IValueTaskSource<int>
{
    private readonly OutputBuffer _incoming = new();
    private ManualResetValueTaskSourceCore<int> _read;
    private Memory<byte> _destination;
    private bool _isReading;
    private bool _isEnded;

    /// <summary>Encrypted bytes on their way out.</summary>
    public OutputBuffer Outgoing { get; } = new();

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Takes encrypted bytes from the wire.</summary>
    public void Receive(ReadOnlySpan<byte> bytes)
    {
        int taken = 0;
        bool completes = _isReading && bytes.Length > 0;
        if (completes)
        {
            taken = Math.Min(bytes.Length, _destination.Length);
            bytes[..taken].CopyTo(_destination.Span);
        }

        // Before the reader goes on: it will ask for these.
        bytes = bytes[taken..];
        bytes.CopyTo(_incoming.GetSpan(bytes.Length));
        _incoming.Advance(bytes.Length);
        if (completes)
        {
            Complete(taken);
        }
    }

    /// <summary>Nothing more comes from the wire.</summary>
    public void End()
    {
        _isEnded = true;
        if (_isReading)
        {
            Complete(0);
        }
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int available = _incoming.Length;
        if (available > 0 || _isEnded)
        {
            int taken = Math.Min(available, buffer.Length);
            _incoming.Pending[..taken].CopyTo(buffer.Span);
            _incoming.Consume(taken);
            return new ValueTask<int>(taken);
        }

        _read.Reset();
        _destination = buffer;
        _isReading = true;
        return new ValueTask<int>(this, _read.Version);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        buffer.CopyTo(Outgoing.GetSpan(buffer.Length));
        Outgoing.Advance(buffer.Length);
        written();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    int IValueTaskSource<int>.GetResult(short token) => _read.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _read.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _read.OnCompleted(continuation, state, token, flags);

    protected override void Dispose(bool disposing)
    {
        _incoming.Release();
        Outgoing.Release();
        base.Dispose(disposing);
    }

    private void Complete(int length)
    {
        _isReading = false;
        _destination = default;
        _read.SetResult(length);
    }
}
