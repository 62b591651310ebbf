using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace HotPath.Edge;

/// <summary>For the compiler: builds a <see cref="CallTask"/> whose state, once it suspends, lives in a pooled box.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public struct CallTaskBuilder
{
    private CallTaskBox? _box;
    private Exception? _fault;

    /// <summary>For the compiler.</summary>
    public static CallTaskBuilder Create() => default;

    /// <summary>For the compiler.</summary>
    public readonly CallTask Task => _box is null ? new CallTask(_fault) : new CallTask(_box);

    /// <summary>For the compiler.</summary>
    public readonly void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => stateMachine.MoveNext();

    /// <summary>For the compiler.</summary>
    public readonly void SetStateMachine(IAsyncStateMachine stateMachine)
    {
    }

    /// <summary>For the compiler.</summary>
    public readonly void SetResult() => _box?.Complete(null);

    /// <summary>For the compiler.</summary>
    public void SetException(Exception exception)
    {
        if (_box is null)
        {
            _fault = exception;
        }
        else
        {
            _box.Complete(exception);
        }
    }

    /// <summary>For the compiler.</summary>
    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine => awaiter.OnCompleted(BoxOf(ref stateMachine));

    /// <summary>For the compiler.</summary>
    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine => awaiter.UnsafeOnCompleted(BoxOf(ref stateMachine));

    /// <summary>The first time, the state machine moves from the stack into a box; this builder is a field of it, so it moves along.</summary>
    private Action BoxOf<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine
    {
        if (_box is null)
        {
            CallTaskBox<TStateMachine> box = CallTaskBox<TStateMachine>.Rent();
            _box = box;
            box.StateMachine = stateMachine;
        }

        return _box.MoveNext;
    }
}
