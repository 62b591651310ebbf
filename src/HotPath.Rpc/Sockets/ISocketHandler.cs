namespace HotPath.Rpc;

/// <summary>Serves one socket of a <see cref="SocketLoop"/>. Called on the loop's thread; must not block.</summary>
public interface ISocketHandler
{
    /// <summary>The socket has something to read, or has failed: the next read says which.</summary>
    void OnReadable();

    /// <summary>The socket takes bytes again; only after <see cref="SocketLoop.SetWantsWrite"/>.</summary>
    void OnWritable();
}

/// <summary>A piece of work handed to a loop's thread with <see cref="SocketLoop.Post"/>. Reuse the object: posting allocates nothing.</summary>
public interface ILoopWork
{
    /// <summary>Runs on the loop's thread; must not block.</summary>
    void Run();
}
