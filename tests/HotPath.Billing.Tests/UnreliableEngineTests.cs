using HotPath.Testing;

namespace HotPath.Billing.Tests;

/// <summary>
/// Promise: whatever an engine does to its client, every answered call is charged once for the time it ran, or its session is parked or was
/// ended by the engine itself; and everything is settled in the end (field pains 4, 7, 22, 23).
/// </summary>
public sealed class UnreliableEngineTests(ITestOutputHelper output)
{
    private const int Seeds = 60;
    private const int Calls = 12;

    /// <summary>How long an engine keeps a session whose connection is gone: from hardly a moment to longer than anything is repeated.</summary>
    private static readonly TimeSpan[] s_orphanTimes =
        [TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(700), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(20)];

    [Theory]
    [InlineData("*prepaid", null)]
    [InlineData("*prepaid", 120)]
    [InlineData("*postpaid", null)]
    public void Every_call_is_charged_once(string requestType, int? allowedSeconds)
    {
        int charged = 0, endedByEngine = 0, parked = 0, refused = 0;
        for (int seed = 1; seed <= Seeds; seed++)
        {
            using ChargedEngines engines = new(engines: 1)
            {
                Profile = new()
                {
                    OriginHost = "edge-1",
                    RequestType = requestType,
                    AllowedWithoutEngine = allowedSeconds is null ? null : TimeSpan.FromSeconds(allowedSeconds.Value),
                },
            };
            ScriptedEngine engine = engines.Engines[ChargedEngines.A];
            engine.OrphanTime = s_orphanTimes[seed % s_orphanTimes.Length];
            engine.Faults = EngineFaults.OfEveryKind(seed, perMille: 30, TimeSpan.FromSeconds(3));
            Random chance = new(seed);
            Dictionary<string, double> lived = Play(engines, chance);
            engine.Faults = null;
            engines.Pass(200_000);
            Assert.True(engines.Sessions.Count == 0, $"seed {seed}: {engines.Sessions.Count} sessions are not settled");
            Assert.True(!engine.Sessions.Any(), $"seed {seed}: a session stays open on the engine");
            parked += (int)engines.Statistics.Unresolved;
            int unexplained = 0;
            foreach ((string originId, double seconds) in lived)
            {
                ScriptedCharge[] charges = [.. engine.Charges.Where(charge => charge.OriginId == originId)];
                Assert.True(charges.Length <= 1, $"seed {seed}: {originId} is charged {charges.Length} times: {string.Join(", ", charges.Select(charge => charge.Kind))}");
                if (charges is [{ Kind: ScriptedChargeKind.EndedByEngine }])
                {
                    endedByEngine++;
                }
                else if (charges is [ScriptedCharge charge])
                {
                    charged++;
                    Assert.True(Math.Abs((charge.Usage.Nanoseconds / 1e9) - seconds) <= 1.1, $"seed {seed}: {originId} lived {seconds} s and is charged {charge.Usage}");
                }
                else
                {
                    unexplained += seconds > 0 ? 1 : 0;
                }
            }

            refused += Calls - lived.Count;
            Assert.True(
                unexplained <= engines.Statistics.Unresolved + engines.Statistics.InitiateDenied,
                $"seed {seed}: {unexplained} calls are not charged, {engines.Statistics.Unresolved} are parked");
        }

        output.WriteLine($"{Seeds * Calls} calls: {charged} charged, {endedByEngine} ended by the engine, {parked} parked, {refused} refused");
        Assert.True(charged > Seeds * Calls / 2);
    }

    /// <returns>How long each answered call lived, in seconds.</returns>
    private static Dictionary<string, double> Play(ChargedEngines engines, Random chance)
    {
        Dictionary<string, double> lived = [];
        List<(ChargingSession Session, long Generation, string OriginId, DateTimeOffset AnsweredAt)> running = [];
        for (int call = 0; call < Calls; call++)
        {
            string originId = $"call-{call}";
            ChargingSession session = engines.Asked(originId);
            engines.Pass(2_100);
            if (session.State == SessionState.Authorised && session.OriginIdText == originId)
            {
                session.Answer();
                running.Add((session, session.Generation, originId, engines.Time.GetUtcNow()));
            }

            engines.Pass(chance.Next(4_000));
            if (running.Count > 0 && chance.Next(3) > 0)
            {
                End(chance.Next(running.Count));
            }
        }

        while (running.Count > 0)
        {
            End(0);
        }

        return lived;

        void End(int index)
        {
            (ChargingSession session, long generation, string originId, DateTimeOffset answeredAt) = running[index];
            running.RemoveAt(index);
            if (session.Generation == generation)
            {
                session.End(EndCause.CallerBye);
            }

            lived.Add(originId, engines.EndedAt.TryGetValue(originId, out DateTimeOffset endedAt)
                ? (endedAt - answeredAt).TotalSeconds
                : (engines.Time.GetUtcNow() - answeredAt).TotalSeconds);
        }
    }
}
