namespace HotPath.Rpc.Tests;

/// <summary>
/// Promise: whatever engines and network do, every request ends exactly once, within its deadline and 50 ms, with its own reply or a clear
/// failure; what charges reaches one engine at most once; ids that begin anew confuse nothing; what engines ask is answered; no engine is stormed; and when the misfortunes end,
/// all is well again (field pains 8, 9, 10, 13, 30). Thousands of faults from seeds; a failing seed plays again exactly.
/// </summary>
public sealed class UnreliableWorldTests(ITestOutputHelper output)
{
    private const int Turns = 3000;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 20)];

    [Theory, Trait("FieldPain", "8"), Trait("FieldPain", "9"), Trait("FieldPain", "10"), Trait("FieldPain", "13"), Trait("FieldPain", "30")]
    [MemberData(nameof(Seeds))]
    public void Pains_8_9_10_13_30_hold_for_a_seed_of_misfortunes(int seed)
    {
        // Every second seed meets the end of the ids, and their new beginning.
        using UnreliableWorld world = new(seed, lastRequestId: seed % 2 == 0 ? int.MaxValue - 1000 : 0);
        world.Run(Turns);
        world.Recover();
        IReadOnlyList<string> complaints = world.Judge();
        output.WriteLine($"seed {seed}: {world}");
        Assert.True(complaints.Count == 0, $"seed {seed}: {complaints.Count} complaints:\n{string.Join('\n', complaints.Take(20))}");
    }

    [Fact]
    public void A_seed_plays_the_same_again()
    {
        Assert.Equal(Play(77), Play(77));
        Assert.NotEqual(Play(77), Play(78));

        static string Play(int seed)
        {
            using UnreliableWorld world = new(seed);
            world.Run(Turns / 4);
            return world.ToString();
        }
    }
}
