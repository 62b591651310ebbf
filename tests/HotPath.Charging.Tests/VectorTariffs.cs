using System.Text.Json;
using HotPath.Testing;

namespace HotPath.Charging.Tests;

/// <summary>The tariff plans of <c>vectors/rating.json</c>, through the loader that reads folders.</summary>
internal static class VectorTariffs
{
    /// <summary>The plans' rows by name, and the <c>getcost</c> cases.</summary>
    public static JsonElement Read()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(SharedFiles.Require("vectors/rating.json")));
        return document.RootElement.Clone();
    }

    /// <summary>
    /// Loads one plan. The vectors leave out Attributes.csv, so charger profiles that use attribute profiles are left out with it.
    /// </summary>
    public static Tariff Load(JsonElement vectors, string name)
    {
        List<TariffFile> files = [];
        foreach (JsonProperty file in vectors.GetProperty("tariffs").GetProperty(name).EnumerateObject())
        {
            IEnumerable<string> rows = file.Value.EnumerateArray()
                .Select(row => string.Join(',', row.EnumerateArray().Select(field => Quote(field.GetString()!))))
                .Where(row => !row.Contains("ATTR_", StringComparison.Ordinal));
            files.Add(new TariffFile(file.Name + ".csv", string.Join('\n', rows)));
        }

        return TariffLoader.Load(files);
    }

    private static string Quote(string field) =>
        field.AsSpan().IndexOfAny(",\"#") >= 0 ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
