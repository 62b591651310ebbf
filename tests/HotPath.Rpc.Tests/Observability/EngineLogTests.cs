using HotPath.Testing;

namespace HotPath.Rpc.Tests;

/// <summary>Promise: a flapping engine does not flood the log, and the last line about an engine is not wrong for longer than a minute.</summary>
public sealed class EngineLogTests
{
    [Fact]
    public void A_flapping_engine_is_logged_three_times_a_minute_and_its_end_state_is_known()
    {
        RecordingLogger recorder = new();
        EngineLog log = new(recorder, new EngineAddress("a.example", 2014));
        long nowMs = 0;
        for (int i = 0; i < 100; i++)
        {
            log.StateChanged(EngineState.Up, "connected", nowMs);
            log.StateChanged(EngineState.Down, "reset", nowMs + 500);
            nowMs += 1000;
        }

        log.StateChanged(EngineState.Up, "connected", nowMs);
        const string Up = "Information Engine a.example:2014 is up: connected.", Down = "Warning Engine a.example:2014 is down: reset.";
        Assert.Equal(
            [Up, Down, Up, Down, Up, Down, Up, Down, Up, Down, Up, Down, Up],
            recorder.Lines.Where(line => !line.StartsWith("Debug", StringComparison.Ordinal)));
        Assert.Equal(201, recorder.Lines.Count);
    }

    [Fact]
    public void What_was_said_is_not_said_again_and_what_contradicts_it_is()
    {
        RecordingLogger recorder = new();
        EngineLog log = new(recorder, new EngineAddress("a.example", 2014));
        (EngineState State, string Reason)[] changes =
        [
            (EngineState.Up, "connected"), (EngineState.Down, "closed"), (EngineState.Down, "refused"), (EngineState.Up, "connected"), (EngineState.Down, "closed"),
        ];
        foreach ((EngineState state, string reason) in changes)
        {
            log.StateChanged(state, reason, 1);
        }

        Assert.Equal(["Information", "Warning", "Debug", "Information", "Warning"], recorder.Lines.Select(line => line.Split(' ')[0]));
    }
}
