namespace HotPath.Rpc.Tests;

/// <summary>
/// Promise: whatever two clients see of an engine, in whatever order their reads and compare-and-swaps fall, no event is lost, there is at
/// most one prober, and an engine that is out has one unless it left.
/// </summary>
public sealed class EngineStateWordTests(ITestOutputHelper output)
{
    private const int MaxUnanswered = 2;
    private const int EventsEach = 3;

    [Fact]
    public void Every_interleaving_of_two_clients_keeps_the_invariants()
    {
        HashSet<Model> seen = [];
        Stack<Model> open = new(ReachableStarts());
        int starts = open.Count;
        int commits = 0, lostRaces = 0;
        while (open.TryPop(out Model model))
        {
            foreach (Model next in Steps(model, ref commits, ref lostRaces))
            {
                if (seen.Add(next))
                {
                    next.AssertHolds();
                    open.Push(next);
                }
            }
        }

        output.WriteLine($"{starts} start states, {seen.Count} states, {commits} commits, {lostRaces} lost races");
        Assert.True(starts > 20 && lostRaces > 1000, "The model does not get about.");
    }

    [Theory]
    [InlineData("Opened", "Up 0 0 1")]
    [InlineData("ConnectFailed", "Down 0 1 0")]
    [InlineData("ConnectFailed Opened", "Up 0 0 1")]
    [InlineData("Opened Closed", "Up 0 0 0")]
    [InlineData("Opened Closed ConnectFailed", "Down 0 1 0")]
    [InlineData("Opened Opened Closed ConnectFailed", "Up 0 0 1")]
    [InlineData("Opened Unanswered", "Up 1 0 1")]
    [InlineData("Opened Unanswered Answered", "Up 0 0 1")]
    [InlineData("Opened Unanswered Unanswered", "Silent 0 1 1")]
    [InlineData("Opened Unanswered Unanswered Answered", "Up 0 0 1")]
    [InlineData("Opened Unanswered Unanswered Closed ConnectFailed", "Silent 0 1 0")]
    [InlineData("Opened Unanswered Unanswered Closed Opened", "Silent 0 1 1")]
    [InlineData("Opened Unanswered Unanswered LeaveProbe", "Silent 0 0 1")]
    [InlineData("Opened Unanswered Unanswered LeaveProbe TakeProbe", "Silent 0 1 1")]
    [InlineData("ConnectFailed ConnectFailed", "Down 0 1 0")]
    [InlineData("TakeProbe LeaveProbe", "Untried 0 0 0")]
    public void Each_event_has_its_consequence(string events, string wanted)
    {
        EngineStateWord word = default;
        foreach (EngineEvent happened in events.Split(' ').Select(Enum.Parse<EngineEvent>))
        {
            word = word.Next(happened, 1, word.Epoch, MaxUnanswered);
        }

        Assert.Equal(wanted, $"{word.Status} {word.Unanswered} {word.Prober} {word.Open}");
    }

    [Fact]
    public void What_was_written_in_another_epoch_does_not_count_against_the_engine()
    {
        EngineStateWord word = new EngineStateWord().Next(EngineEvent.Opened, 1, 0, MaxUnanswered);
        Assert.Equal(word, word.Next(EngineEvent.Unanswered, 1, word.Epoch - 1, MaxUnanswered));
    }

    [Fact]
    public void Every_part_keeps_to_its_bits()
    {
        EngineStateWord word = new(ulong.MaxValue);
        EngineStateWord next = word.Next(EngineEvent.Answered, EngineStateWord.MaxClient, 0, 1);
        Assert.Equal((EngineStatus.Silent, 255, 255, 4095, uint.MaxValue), (word.Status, word.Unanswered, word.Prober, word.Open, word.Epoch));
        Assert.Equal((EngineStatus.Up, 0, 0, 4095, 0u), (next.Status, next.Unanswered, next.Prober, next.Open, next.Epoch));
    }

    /// <summary>Every state that one event after another leads to, with nothing under way.</summary>
    private static IReadOnlyCollection<Model> ReachableStarts()
    {
        HashSet<Model> starts = [default];
        Queue<Model> open = new(starts);
        while (open.TryDequeue(out Model model))
        {
            for (int client = 1; client <= 2; client++)
            {
                foreach (EngineEvent happened in Possible(model.Of(client).IsOpen))
                {
                    EngineStateWord after = model.Word.Next(happened, client, model.Word.Epoch, MaxUnanswered);

                    // Epochs only ever count up: to begin with each anew keeps the states few.
                    Model next = model.Commit(client, happened, after) with { Word = new EngineStateWord((uint)after.Bits) };
                    if (starts.Add(next))
                    {
                        open.Enqueue(next);
                    }
                }
            }
        }

        return [.. starts.Select(start => start with
        {
            First = start.First with { Left = EventsEach },
            Second = start.Second with { Left = EventsEach },
        })];
    }

    private static List<Model> Steps(Model model, ref int commits, ref int lostRaces)
    {
        List<Model> next = [];
        for (int client = 1; client <= 2; client++)
        {
            Thread thread = model.Of(client);
            if (thread.Pending is { } happened)
            {
                ulong cell = model.Word.Bits;
                EngineStateWord seen = thread.Seen;
                bool isDone = EngineStateWord.TryApply(ref cell, ref seen, happened, client, thread.Epoch, MaxUnanswered);
                Assert.Equal(thread.Seen == model.Word, isDone);
                Assert.Equal(cell, seen.Bits);
                if (isDone)
                {
                    commits++;
                    EngineStateWord wanted = model.Word.Next(happened, client, thread.Epoch, MaxUnanswered);
                    Assert.Equal(wanted.Bits, cell);
                    Assert.Equal(wanted.Status == model.Word.Status ? model.Word.Epoch : model.Word.Epoch + 1, wanted.Epoch);
                    next.Add(model.Commit(client, happened, wanted));
                }
                else
                {
                    lostRaces++;
                    Assert.Equal(model.Word.Bits, cell);
                    next.Add(model.With(client, thread with { Seen = seen }));
                }
            }
            else if (thread.Left > 0)
            {
                foreach (EngineEvent begun in Possible(thread.IsOpen))
                {
                    Thread reading = thread with { Pending = begun, Seen = model.Word, Left = thread.Left - 1 };
                    next.Add(model.With(client, reading));
                    if (begun == EngineEvent.Unanswered && thread.Epoch != model.Word.Epoch)
                    {
                        // The request may be of the present epoch too.
                        next.Add(model.With(client, reading with { Epoch = model.Word.Epoch }));
                    }
                }
            }
        }

        return next;
    }

    private static EngineEvent[] Possible(bool isOpen) => isOpen
        ? [EngineEvent.Closed, EngineEvent.Answered, EngineEvent.Unanswered, EngineEvent.TakeProbe, EngineEvent.LeaveProbe]
        : [EngineEvent.Opened, EngineEvent.ConnectFailed, EngineEvent.TakeProbe, EngineEvent.LeaveProbe];

    /// <summary>What one client has and does.</summary>
    private readonly record struct Thread(bool IsOpen, int Left, EngineEvent? Pending, EngineStateWord Seen, uint Epoch);

    /// <summary>The word, and the truth beside it.</summary>
    private readonly record struct Model(EngineStateWord Word, Thread First, Thread Second, bool HasProberLeft)
    {
        public Thread Of(int client) => client == 1 ? First : Second;

        public Model With(int client, Thread thread) => client == 1 ? this with { First = thread } : this with { Second = thread };

        public Model Commit(int client, EngineEvent happened, EngineStateWord after)
        {
            bool hasProberLeft = after.IsOut && (happened == EngineEvent.LeaveProbe && Word.Prober == client
                || (HasProberLeft && happened != EngineEvent.TakeProbe && after.Status == Word.Status));
            Thread thread = Of(client);
            bool isOpen = happened switch
            {
                EngineEvent.Opened => true,
                EngineEvent.Closed => false,
                _ => thread.IsOpen,
            };
            return With(client, thread with { IsOpen = isOpen, Pending = null, Seen = default }) with { Word = after, HasProberLeft = hasProberLeft };
        }

        public void AssertHolds()
        {
            Assert.Equal((First.IsOpen ? 1 : 0) + (Second.IsOpen ? 1 : 0), Word.Open);
            Assert.True(Word.Status is EngineStatus.Up or EngineStatus.Silent || Word.Open == 0);
            Assert.True(Word.Status == EngineStatus.Up || Word.Unanswered == 0);
            Assert.InRange(Word.Unanswered, 0, MaxUnanswered - 1);
            Assert.Equal(Word.IsOut && !HasProberLeft, Word.Prober != 0);
        }
    }
}
