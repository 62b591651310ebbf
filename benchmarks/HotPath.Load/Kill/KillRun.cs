using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using HotPath.Testing;

namespace HotPath.Load;

/// <summary>How a kill run goes.</summary>
/// <param name="Seed">Calls, moments and victims follow from it; what a kill meets does not.</param>
/// <param name="Seconds">How long calls begin.</param>
/// <param name="Rate">Calls per second.</param>
/// <param name="Kills">How often something is killed.</param>
/// <param name="Lanes">Lanes of the edge, from start to start, over and over.</param>
/// <param name="ResumesCalls">What an edge that starts again does with the calls that ran.</param>
/// <param name="StoresSessionCosts">The engine keeps the costs of ended sessions, and the edge knows it.</param>
/// <param name="Level">What a record of the journal survives, as the configuration says it.</param>
/// <param name="Sessions">Billing sessions of each call, 1 or 2.</param>
internal sealed record KillSetup(ulong Seed, double Seconds, double Rate, int Kills, int[] Lanes, bool ResumesCalls, bool StoresSessionCosts, string Level, int Sessions);

/// <summary>
/// An edge with a journal, an engine, a caller and a callee, each a process. Under load edge and engine are killed and started again; when
/// all calls are over and the journal is settled, what the phones lived through is held against what the engine did.
/// </summary>
internal sealed class KillRun : IDisposable
{
    private const double LeastRunSeconds = 1.5;
    private const int UsualDownMs = 1_500;
    private const int LongDownMs = 6_000;

    private static readonly TimeSpan s_longestSettling = TimeSpan.FromSeconds(40);

    private readonly KillSetup _setup;
    private readonly string _folder = Directory.CreateTempSubdirectory("hotpath-kill-").FullName;
    private readonly Process _callee;
    private readonly string _calleeAddress;
    private readonly List<Outage> _outages = [];
    private readonly JournalReading _journal = new();
    private int _edgeStarts;
    private Process _engine;
    private EdgeProcess _edge;
    private IPEndPoint _engineAddress = new(IPAddress.Loopback, 0);
    private IPEndPoint _edgeAddress = new(IPAddress.Loopback, 0);

    /// <summary>Starts everything but the caller.</summary>
    public KillRun(KillSetup setup)
    {
        _setup = setup;
        _callee = ChildProcess.Start(KillCalleeCommand.Name);
        _calleeAddress = ReadLine(_callee);
        _engine = StartEngine();
        _edge = StartEdge();
    }

    private string JournalFolder => Path.Combine(_folder, "journal");

    private string EngineFile => Path.Combine(_folder, "engine.jsonl");

    /// <summary>Plays the calls and the kills, waits until all is settled, and reconciles.</summary>
    public Reconciliation Play()
    {
        long startMs = NowMs;
        using Process caller = ChildProcess.Start(
            KillCallerCommand.Name, $"{_edgeAddress}", Text(_setup.Rate), Text(_setup.Seconds), Text(_setup.Seed));

        // Until everything is loaded, compiled and connected, calls fare as if the edge were away.
        ReadLine(caller);
        long beginMs = NowMs;
        _outages.Add(new Outage(IsEdge: true, startMs, beginMs));
        Task<Dictionary<string, PhoneRecord>> calling = Task.Run(() => PhoneRecord.ReadAll(caller.StandardOutput));
        foreach ((double at, bool killsEdge, bool killsEngine, int downMs) in DrawKills())
        {
            Pause(beginMs + (long)(at * 1000));
            Kill(killsEdge, killsEngine, downMs);
        }

        Dictionary<string, PhoneRecord> callers = calling.GetAwaiter().GetResult();
        WaitForJournal();
        _callee.StandardInput.Close();
        Dictionary<string, PhoneRecord> callees = PhoneRecord.ReadAll(_callee.StandardOutput);
        return new Reconciliation(callers, callees, [.. ScriptedEngineFile.Read(EngineFile)], _journal, _outages, _setup.Sessions);
    }

    /// <summary>Ends everything, and deletes the journal and the engine's file.</summary>
    public void Dispose()
    {
        _edge.Kill();
        End(_engine);
        End(_callee);

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>One moment in each of as many parts of the run: mostly the edge is killed, sometimes the engine, sometimes both.</summary>
    private IEnumerable<(double At, bool Edge, bool Engine, int DownMs)> DrawKills()
    {
        var chance = new Random((int)(_setup.Seed % int.MaxValue));
        for (int i = 0; i < _setup.Kills; i++)
        {
            // Whatever the seed, the first two are one of each, and the first finds calls.
            int victim = i < 2 ? i * 4 : chance.Next(6);
            double at = LeastRunSeconds + ((i + chance.NextDouble()) * (_setup.Seconds - LeastRunSeconds) / _setup.Kills);
            yield return (at, victim is not 4, victim is 4 or 5, chance.Next(20) == 0 ? LongDownMs : chance.Next(UsualDownMs));
        }
    }

    /// <summary>Kills at this moment, and starts again after a while.</summary>
    private void Kill(bool edge, bool engine, int downMs)
    {
        long killedMs = NowMs;
        if (edge)
        {
            _edge.Kill();
            _journal.Read(JournalFolder);
        }

        if (engine)
        {
            End(_engine);
        }

        Pause(killedMs + downMs);
        if (engine)
        {
            _engine = StartEngine();
            _outages.Add(new Outage(IsEdge: false, killedMs, NowMs));
        }

        if (edge)
        {
            _edge = StartEdge();
            _outages.Add(new Outage(IsEdge: true, killedMs, NowMs));
        }
    }

    private Process StartEngine()
    {
        Process process = ChildProcess.Start(KillEngineCommand.Name, EngineFile, $"{_engineAddress.Port}", $"{_setup.StoresSessionCosts}");
        _engineAddress = IPEndPoint.Parse(ReadLine(process));
        return process;
    }

    private EdgeProcess StartEdge()
    {
        string config = Path.Combine(_folder, "hotpath.json");
        File.WriteAllText(config, JsonSerializer.Serialize(new
        {
            name = "edge-1",
            listen = new[] { $"udp:{_edgeAddress}" },
            route = $"sip:{_calleeAddress}",
            lanes = _setup.Lanes[_edgeStarts++ % _setup.Lanes.Length],
            secret = "known to every edge of this run",
            engines = new[] { $"{_engineAddress}" },
            enginesStoreSessionCosts = _setup.StoresSessionCosts,
            retryTimeout = 1,
            sessions = _setup.Sessions == 1 ? [] : new[] { new { tag = KillPlans.SecondTag, account = "carrier-7" } },
            journal = new { folder = JournalFolder, level = _setup.Level, onResume = _setup.ResumesCalls ? "resume" : "bye" },
        }));
        EdgeProcess process = new("--config", config);
        _edgeAddress = process.Address;
        return process;
    }

    /// <summary>Reads the journal as it stands when nothing is owed any more, or when nothing more comes of waiting.</summary>
    private void WaitForJournal()
    {
        long latest = NowMs + (long)s_longestSettling.TotalMilliseconds;
        _journal.Read(JournalFolder);
        while (_journal.Replay.Open.Any() && NowMs <= latest)
        {
            Pause(NowMs + 200);
            _journal.Read(JournalFolder);
        }
    }

    private static long NowMs => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    private static void Pause(long untilMs) => Thread.Sleep((int)Math.Max(0, untilMs - NowMs));

    private static string ReadLine(Process process) =>
        process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{process.StartInfo.FileName} {string.Join(' ', process.StartInfo.ArgumentList)} does not start.");

    private static void End(Process process)
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    private static string Text<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}
