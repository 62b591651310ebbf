using System.Reflection;

namespace HotPath.Charging;

/// <summary>
/// Reads CGRateS tariff plans: the CSV files that <c>cgr-loader</c> reads, with the same names and columns. Used are Timings,
/// Destinations, Rates, DestinationRates, RatingPlans, RatingProfiles, Actions, ActionPlans, AccountActions, Chargers, Attributes and
/// Filters; other files, and what of these the embedded engine does not do, become notices (<see cref="Tariff.Notices"/>).
/// Source: facts cgrates-engine.md §1.
/// </summary>
public static class TariffLoader
{
    private const string TutorialResources = "HotPath.Charging.Tutorial.";

    /// <summary>Loads a plan from a folder.</summary>
    /// <param name="folder">The folder with the CSV files.</param>
    /// <exception cref="TariffException">The folder or its files cannot be read, or have mistakes. Names every one of them.</exception>
    public static Tariff LoadFolder(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        List<TariffFile> files = [];
        try
        {
            foreach (string path in Directory.GetFiles(folder, "*.csv").Order(StringComparer.Ordinal))
            {
                files.Add(new TariffFile(Path.GetFileName(path), File.ReadAllText(path)));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new TariffException([new TariffError(folder, 0, $"cannot be read ({exception.Message}); name a folder with the CSV files of a tariff plan")]);
        }

        return files.Count > 0
            ? Load(files)
            : throw new TariffException([new TariffError(folder, 0, "has no CSV file; name a folder with the CSV files of a tariff plan, such as Rates.csv")]);
    }

    /// <summary>Loads a plan from files in memory.</summary>
    /// <exception cref="TariffException">The files have mistakes. Names every one of them.</exception>
    public static Tariff Load(IEnumerable<TariffFile> files)
    {
        TariffBuilder builder = new();
        foreach (TariffFile file in files)
        {
            builder.Add(file);
        }

        return builder.Build();
    }

    /// <summary>
    /// Loads the tutorial plan that comes with the engine: accounts 1001, 1002 and 1003 with 10 units each, calls from 1001 to 1002
    /// and 1003, from 1002 and 1003 to 1001. Source: facts cgrates-engine.md §1.
    /// </summary>
    public static Tariff LoadTutorial() => Load(TutorialFiles());

    /// <summary>The files of <see cref="LoadTutorial"/>, to start a plan of one's own from.</summary>
    public static IReadOnlyList<TariffFile> TutorialFiles()
    {
        Assembly assembly = typeof(TariffLoader).Assembly;
        List<TariffFile> files = [];
        foreach (string name in assembly.GetManifestResourceNames())
        {
            if (name.StartsWith(TutorialResources, StringComparison.Ordinal))
            {
                using StreamReader reader = new(assembly.GetManifestResourceStream(name)!);
                files.Add(new TariffFile(name[TutorialResources.Length..], reader.ReadToEnd()));
            }
        }

        return files;
    }
}
