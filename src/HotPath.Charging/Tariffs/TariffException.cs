namespace HotPath.Charging;

/// <summary>A tariff plan has mistakes. Nothing of it was loaded.</summary>
public sealed class TariffException : Exception
{
    internal TariffException(IReadOnlyList<TariffError> errors)
        : base(string.Join(Environment.NewLine, errors)) => Errors = errors;

    /// <summary>Every mistake found, in the order of the files.</summary>
    public IReadOnlyList<TariffError> Errors { get; }
}
