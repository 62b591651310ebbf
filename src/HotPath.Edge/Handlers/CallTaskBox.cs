using System.Runtime.CompilerServices;

namespace HotPath.Edge;

/// <summary>The state of a suspended handler, and what waits for its end.</summary>
internal abstract class CallTaskBox
{
    private static readonly Action s_done = static () => { };

    private SynchronizationContext? _context;
    private Action? _continuation;
    private Exception? _fault;

    /// <summary>Goes on behind what was awaited.</summary>
    public abstract Action MoveNext { get; }

    /// <summary>Tells the uses of a box apart.</summary>
    public int Version { get; private set; }

    public bool IsDone(int version)
    {
        Check(version);
        return Volatile.Read(ref _continuation) == s_done;
    }

    /// <summary>The handler has ended. What waits for it goes on: on the lane, even if the handler has left it.</summary>
    public void Complete(Exception? fault)
    {
        _fault = fault;
        SynchronizationContext? context = _context;
        if (Interlocked.Exchange(ref _continuation, s_done) is not { } continuation)
        {
            return;
        }

        if (context is null || context == SynchronizationContext.Current)
        {
            continuation();
        }
        else
        {
            context.Post(static state => ((Action)state!)(), continuation);
        }
    }

    public void ContinueWith(int version, Action continuation)
    {
        Check(version);
        if (Interlocked.CompareExchange(ref _continuation, continuation, null) is { } present)
        {
            if (present != s_done)
            {
                throw new InvalidOperationException("A CallTask is awaited once.");
            }

            continuation();
        }
    }

    /// <summary>What the handler failed with, if it did. The box is free for another one after this.</summary>
    public Exception? TakeResult(int version)
    {
        if (!IsDone(version))
        {
            throw new InvalidOperationException("The CallTask is not done.");
        }

        Exception? fault = _fault;
        Version++;
        _fault = null;
        _continuation = null;
        _context = null;
        Return();
        return fault;
    }

    protected void Begin() => _context = SynchronizationContext.Current;

    protected abstract void Return();

    private void Check(int version)
    {
        if (version != Version)
        {
            throw new InvalidOperationException("A CallTask is awaited once.");
        }
    }
}

/// <summary>The box of one kind of handler, pooled by thread.</summary>
internal sealed class CallTaskBox<TStateMachine> : CallTaskBox
    where TStateMachine : IAsyncStateMachine
{
    private const int MostPooled = 4096;

    [ThreadStatic]
    private static Stack<CallTaskBox<TStateMachine>>? t_free;

    private CallTaskBox() => MoveNext = () => StateMachine!.MoveNext();

    public TStateMachine? StateMachine;

    public override Action MoveNext { get; }

    public static CallTaskBox<TStateMachine> Rent()
    {
        CallTaskBox<TStateMachine> box = t_free is { } free && free.TryPop(out CallTaskBox<TStateMachine>? pooled) ? pooled : new CallTaskBox<TStateMachine>();
        box.Begin();
        return box;
    }

    protected override void Return()
    {
        StateMachine = default;
        Stack<CallTaskBox<TStateMachine>> free = t_free ??= new Stack<CallTaskBox<TStateMachine>>();
        if (free.Count < MostPooled)
        {
            free.Push(this);
        }
    }
}
