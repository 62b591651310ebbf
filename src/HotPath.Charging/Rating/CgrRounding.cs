namespace HotPath.Charging;

/// <summary>How amounts are rounded.</summary>
internal enum RoundingMethod : byte
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary><c>*up</c>.</summary>
    Up,

    /// <summary><c>*middle</c>.</summary>
    Middle,

    /// <summary><c>*down</c>.</summary>
    Down,
}

/// <summary>Rounds exact decimals where CGRateS rounds its floating-point amounts, in its way. Source: facts cgrates-engine.md §2.4.</summary>
internal static class CgrRounding
{
    /// <summary>
    /// Rounds to so many decimals. <c>*up</c> disregards a rest of less than 10^-max(7, decimals) of the last place, and negative
    /// amounts go down with <c>*middle</c>, both as CGRateS does.
    /// </summary>
    public static decimal Round(decimal amount, int decimals, RoundingMethod method)
    {
        switch (method)
        {
            case RoundingMethod.Middle:
                return decimal.Round(amount, decimals, amount >= 0 ? MidpointRounding.AwayFromZero : MidpointRounding.ToNegativeInfinity);
            case RoundingMethod.Down:
                return decimal.Round(amount, decimals, MidpointRounding.ToNegativeInfinity);
            case RoundingMethod.Up:
                decimal floor = decimal.Round(amount, decimals, MidpointRounding.ToNegativeInfinity);
                decimal rest = amount - floor;
                return rest >= new decimal(1, 0, 0, false, (byte)(decimals + Math.Max(7, decimals)))
                    ? floor + new decimal(1, 0, 0, false, (byte)decimals)
                    : floor;
            default:
                return amount;
        }
    }

    /// <summary>The same amount without trailing zeros.</summary>
    public static decimal Trim(decimal amount) => amount / 1.0000000000000000000000000000m;

    /// <summary>Rounds to the middle.</summary>
    public static decimal Round(decimal amount, int decimals) => Round(amount, decimals, RoundingMethod.Middle);
}
