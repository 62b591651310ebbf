namespace HotPath.Load;

/// <summary>The edge and its engine, each a process, and a folder for the journal if there is one.</summary>
internal sealed class ChargingEdge : IDisposable
{
    private readonly EngineProcess _engine;
    private readonly DirectoryInfo? _journal;

    /// <param name="delayMs">How long the engine takes for an answer.</param>
    /// <param name="setup">How the edge is set up.</param>
    /// <param name="route">Where it sends calls.</param>
    public ChargingEdge(int delayMs, CallsSetup setup, string route)
    {
        _engine = EngineProcess.Start(delayMs);
        _journal = setup.HasJournal ? Directory.CreateTempSubdirectory("hotpath-load-") : null;
        string[] journal = _journal is null ? [] : ["--journal", _journal.FullName];
        Process = new EdgeProcess(["--route", route, "--lanes", $"{setup.Lanes}", "--engine", $"{_engine.Address}", .. journal]);
    }

    /// <summary>The edge.</summary>
    public EdgeProcess Process { get; }

    /// <summary>CPU time of the engine so far.</summary>
    public TimeSpan EngineCpu => _engine.CpuTime;

    /// <summary>Ends both.</summary>
    public void Dispose()
    {
        Process.Dispose();
        _engine.Dispose();
        _journal?.Delete(recursive: true);
    }
}
