namespace HotPath.Charging;

/// <summary>One row of a tariff file.</summary>
/// <param name="File">Name of the file.</param>
/// <param name="Line">Line in it, from 1.</param>
/// <param name="Fields">Its columns, trimmed.</param>
internal readonly record struct CsvRow(string File, int Line, string[] Fields)
{
    /// <summary>A column, from 0.</summary>
    public string this[int column] => Fields[column];

    /// <summary>A column that lists values with <c>;</c> between them.</summary>
    public string[] List(int column) => this[column].Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
