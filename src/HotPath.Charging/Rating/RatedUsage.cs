namespace HotPath.Charging;

/// <summary>
/// What a piece of a call costs, in spans. Made once and used again for every rating: steady state allocates nothing. Not
/// thread-safe.
/// </summary>
internal sealed class RatedUsage
{
    private RatedSpan[] _spans = new RatedSpan[8];
    private RatingMatch[] _matches = new RatingMatch[4];

    /// <summary>In the order of time.</summary>
    public Span<RatedSpan> Spans => _spans.AsSpan(0, SpanCount);

    /// <summary>How many spans.</summary>
    public int SpanCount { get; private set; }

    /// <summary>The sources of rates found for the call, in the order of time.</summary>
    public Span<RatingMatch> Matches => _matches.AsSpan(0, MatchCount);

    /// <summary>How many sources.</summary>
    public int MatchCount { get; private set; }

    /// <summary>Charged once, before the first span; 0 for the continuation of a call.</summary>
    public decimal ConnectFee { get; set; }

    /// <summary>There is a connect fee to charge, be it 0: this is the beginning of a call that is charged.</summary>
    public bool HasConnectFee { get; set; }

    /// <summary>What was rated; more than was asked for where the last increment is longer.</summary>
    public long Usage => SpanCount == 0 ? 0 : _spans[SpanCount - 1].End;

    /// <summary>What <c>Responder.GetCost</c> says: a <c>*free</c> maximum applied, rounded as the span with the most decimals says.</summary>
    public decimal CallCost { get; set; }

    /// <summary>What <c>APIerSv1.GetCost</c> says: the sum of connect fee and increments, rounded only to the engine's decimals.</summary>
    public decimal EventCost { get; set; }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _spans.AsSpan(0, SpanCount).Clear();
        _matches.AsSpan(0, MatchCount).Clear();
        SpanCount = 0;
        MatchCount = 0;
        ConnectFee = 0;
        HasConnectFee = false;
        CallCost = 0;
        EventCost = 0;
    }

    public void Add(in RatingMatch match)
    {
        if (MatchCount == _matches.Length)
        {
            Array.Resize(ref _matches, MatchCount * 2);
        }

        _matches[MatchCount++] = match;
    }

    /// <summary>Inserts a span before the one at <paramref name="index"/>.</summary>
    public void Insert(int index, in RatedSpan span)
    {
        if (SpanCount == _spans.Length)
        {
            Array.Resize(ref _spans, SpanCount * 2);
        }

        _spans.AsSpan(index, SpanCount - index).CopyTo(_spans.AsSpan(index + 1));
        _spans[index] = span;
        SpanCount++;
    }

    /// <summary>Removes a span.</summary>
    public void RemoveAt(int index)
    {
        _spans.AsSpan(index + 1, SpanCount - index - 1).CopyTo(_spans.AsSpan(index));
        _spans[--SpanCount] = default;
    }
}
