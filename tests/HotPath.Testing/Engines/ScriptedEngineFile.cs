using System.Text.Json;
using HotPath.Commands;

namespace HotPath.Testing;

/// <summary>What a scripted engine did to a session.</summary>
public enum ScriptedEventKind
{
    /// <summary>Opened it.</summary>
    Opened,

    /// <summary>Executed a TerminateSession.</summary>
    Terminated,

    /// <summary>Ended it by itself, and recorded it.</summary>
    Ended,

    /// <summary>Stored its CDR.</summary>
    Recorded,

    /// <summary>Debited, or will certainly debit, the account.</summary>
    Debited,
}

/// <summary>One deed of a scripted engine.</summary>
/// <param name="Kind">What it did.</param>
/// <param name="OriginHost">The session's edge.</param>
/// <param name="OriginId">The session's identity there.</param>
/// <param name="UsageNs">The time it was told, or debited, in nanoseconds.</param>
/// <param name="Detail">The CDR as it came, or what was debited for.</param>
/// <param name="AtMs">When, on the wall clock of the machine, milliseconds of Unix time.</param>
public sealed record ScriptedEvent(ScriptedEventKind Kind, string OriginHost, string OriginId, long UsageNs, string Detail, long AtMs);

/// <summary>
/// The disk of a scripted engine: what it did to accounts and CDRs outlives its process, as in the databases of CGRateS; open sessions do
/// not. A line is with the operating system before the request is answered.
/// </summary>
public sealed class ScriptedEngineFile : IDisposable
{
    private readonly FileStream _file;

    /// <summary>Opens it, or makes it.</summary>
    public ScriptedEngineFile(string path)
    {
        Known = File.Exists(path) ? [.. Read(path)] : [];
        _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

        // What a killed engine left of a line ends here.
        _file.Write("\n"u8);
    }

    /// <summary>What the engine's earlier processes did.</summary>
    internal IReadOnlyList<ScriptedEvent> Known { get; }

    /// <summary>Reads what was done so far; the engine may be running.</summary>
    public static IEnumerable<ScriptedEvent> Read(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        while (reader.ReadLine() is { } line)
        {
            if (line.EndsWith('}') && JsonSerializer.Deserialize<ScriptedEvent>(line) is { } read)
            {
                yield return read;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    internal void Write(ScriptedEventKind kind, (string OriginHost, string OriginId) key, CgrDuration usage, string detail = "")
    {
        long nowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        _file.Write([.. JsonSerializer.SerializeToUtf8Bytes(new ScriptedEvent(kind, key.OriginHost, key.OriginId, usage.Nanoseconds, detail, nowMs)), (byte)'\n']);
    }
}
