
namespace HotPath.Cli;

/// <summary>Shows the demo as it happens: to a person, or to a program.</summary>
internal interface IDemoReport
{
    /// <summary>Everything is up.</summary>
    /// <param name="engine">Where the engine listens.</param>
    /// <param name="edge">Where the edge listens.</param>
    /// <param name="callee">Where the callee's phone is.</param>
    void Started(string engine, string edge, string callee);

    /// <summary>A step begins.</summary>
    /// <param name="number">1, 2, 3…</param>
    /// <param name="step">The step.</param>
    /// <param name="why">What will happen and why, in a sentence.</param>
    void StepBegins(int number, DemoStep step, string why);

    /// <summary>Something happened.</summary>
    void Happened(DemoEvent noted);

    /// <summary>A step is over.</summary>
    void StepEnded(DemoStep step);

    /// <summary>The CDRs the engine wrote, oldest first.</summary>
    void Cdrs(IReadOnlyList<DemoCdr> cdrs);

    /// <summary>The demo is over.</summary>
    void Finished(IReadOnlyList<DemoStep> steps, TimeSpan took);
}
