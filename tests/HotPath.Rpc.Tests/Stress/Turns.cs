using HotPath.Testing;

namespace HotPath.Rpc.Tests;

/// <summary>Turns of everybody's loop, on one thread.</summary>
internal static class Turns
{
    /// <summary>Until nothing moves any more. No time passes.</summary>
    public static void Settle(EngineClient client, InMemoryNetwork network, ReadOnlySpan<ScriptedEngine> engines)
    {
        bool isMoving = true;
        while (isMoving)
        {
            long waitMs = client.Advance();
            client.Flush();
            foreach (ScriptedEngine engine in engines)
            {
                engine.Advance();
            }

            isMoving = network.Pump() || waitMs == 0;
        }
    }
}
