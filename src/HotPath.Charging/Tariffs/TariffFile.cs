namespace HotPath.Charging;

/// <summary>One CSV file of a tariff plan.</summary>
/// <param name="Name">File name without folder, as CGRateS names it: <c>Rates.csv</c>.</param>
/// <param name="Text">What the file holds.</param>
public sealed record TariffFile(string Name, string Text);
