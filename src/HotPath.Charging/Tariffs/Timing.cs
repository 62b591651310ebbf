namespace HotPath.Charging;

/// <summary>
/// When a rate applies: years, months, days of the month, days of the week (an empty list means any) and a part of the day. All
/// instants are UTC. Source: facts cgrates-engine.md §1, §2.3.
/// </summary>
internal sealed class Timing
{
    private readonly int _months;
    private readonly int _monthDays;
    private readonly int _weekDays;

    public Timing(string id, int[] years, int[] months, int[] monthDays, int[] weekDays, TimeSpan start, TimeSpan? end)
    {
        Id = id;
        Years = years;
        Months = months;
        MonthDays = monthDays;
        WeekDays = weekDays;
        Start = start;
        End = end;
        _months = Bits(months);
        _monthDays = Bits(monthDays);
        _weekDays = Bits(weekDays);
    }

    /// <summary>The built-in timing that always applies.</summary>
    public static Timing Any { get; } = new("*any", [], [], [], [], TimeSpan.Zero, null);

    public string Id { get; }

    public int[] Years { get; }

    public int[] Months { get; }

    public int[] MonthDays { get; }

    /// <summary>0 is Sunday.</summary>
    public int[] WeekDays { get; }

    /// <summary>Time of day at which it begins.</summary>
    public TimeSpan Start { get; }

    /// <summary>Time of day at which it ends; <c>null</c>: midnight.</summary>
    public TimeSpan? End { get; }

    /// <summary>The instant lies inside: at or after the start of its day's part, before the end.</summary>
    public bool Contains(DateTime instant)
    {
        TimeSpan time = instant.TimeOfDay;
        return time >= Start
            && (End is null || time < End)
            && (_months == 0 || (_months >> instant.Month & 1) != 0)
            && (_monthDays == 0 || (_monthDays >> instant.Day & 1) != 0)
            && (_weekDays == 0 || (_weekDays >> (int)instant.DayOfWeek & 1) != 0)
            && (Years.Length == 0 || Array.IndexOf(Years, instant.Year) >= 0);
    }

    /// <summary>A span that ends at this instant lies inside at its end: what counts is the moment just before.</summary>
    public bool ContainsEnd(DateTime end) => Contains(end.AddTicks(-1));

    /// <summary>Where it begins on the day of <paramref name="instant"/>.</summary>
    public DateTime StartOn(DateTime instant) => instant.Date + Start;

    /// <summary>Where it ends on the day of <paramref name="instant"/>.</summary>
    public DateTime EndOn(DateTime instant) => End is { } end ? instant.Date + end : instant.Date.AddDays(1);

    private static int Bits(int[] values)
    {
        int bits = 0;
        foreach (int value in values)
        {
            bits |= 1 << value;
        }

        return bits;
    }
}
