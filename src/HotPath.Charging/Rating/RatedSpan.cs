namespace HotPath.Charging;

/// <summary>
/// A part of a call at one price: so many increments of so much each. The cost of all of them is one product, so its size does not
/// depend on how long the call lasts.
/// </summary>
internal struct RatedSpan
{
    /// <summary>Where it starts, from the start of the piece rated.</summary>
    public long Start;

    /// <summary>Where it ends, from the start of the piece rated.</summary>
    public long End;

    /// <summary>How much of the whole call is used up at the end of this span.</summary>
    public long UsedAtEnd;

    /// <summary>Where its rate comes from.</summary>
    public RatingMatch Match;

    /// <summary>Its rate.</summary>
    public RateInterval? Interval;

    /// <summary>The slot of the rate.</summary>
    public RateSlot Slot;

    /// <summary>How many increments.</summary>
    public long Count;

    /// <summary>Price of one increment.</summary>
    public decimal IncrementCost;

    /// <summary>How long it is.</summary>
    public readonly long Length => End - Start;

    /// <summary>How much of the whole call was used before this span.</summary>
    public readonly long UsedAtStart => UsedAtEnd - Length;

    /// <summary>Price of all increments, without the connect fee.</summary>
    public readonly decimal Cost => Count * IncrementCost;
}
