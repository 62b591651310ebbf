namespace HotPath.Sip;

/// <summary>All lines of one header field, in message order. For lists see <see cref="SipMessage.Values"/>.</summary>
public ref struct SipHeaderLines
{
    private readonly SipMessage _message;
    private readonly SipHeaderId _id;
    private int _next;

    internal SipHeaderLines(SipMessage message, SipHeaderId id)
    {
        _message = message;
        _id = id;
        _next = message.Index.First(id);
    }

    /// <summary>The line <see cref="MoveNext"/> stopped at.</summary>
    public SipHeader Current { get; private set; }

    /// <summary>For <c>foreach</c>.</summary>
    public readonly SipHeaderLines GetEnumerator() => this;

    /// <summary>Goes on to the next line.</summary>
    public bool MoveNext()
    {
        if (_next < 0) return false;

        Current = _message.GetHeader(_next);
        _next = _message.Index.Next(_next, _id);
        return true;
    }
}
