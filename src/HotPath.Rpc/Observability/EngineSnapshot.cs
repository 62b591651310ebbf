using System.Globalization;
using System.Text;

namespace HotPath.Rpc;

/// <summary>A client's engines at one moment, in the configured order. Immutable. Prints as a table.</summary>
/// <param name="Engines">A row for each engine.</param>
public sealed record EngineSnapshot(IReadOnlyList<EngineSnapshotRow> Engines)
{
    private static readonly (string Title, Func<EngineSnapshotRow, object> Figure)[] s_columns =
    [
        ("engine", it => it.Address),
        ("state", it => it.State),
        ("open", it => it.OpenConnections),
        ("in flight", it => it.InFlight),
        ("requests", it => it.Requests),
        ("replies", it => it.Replies),
        ("errors", it => it.Errors),
        ("unanswered", it => it.Unanswered),
        ("lost", it => it.Lost),
        ("connects", it => it.Connects),
        ("failed", it => it.ConnectFailures),
        ("sent B", it => it.BytesSent),
        ("received B", it => it.BytesReceived),
        ("last failure", it => it.LastFailure),
    ];

    /// <summary>A table: a line of titles, then a line for each engine, words to the left and figures to the right.</summary>
    public override string ToString()
    {
        string[][] lines =
        [
            [.. s_columns.Select(column => column.Title)],
            .. Engines.Select(engine => s_columns.Select(column => Convert.ToString(column.Figure(engine), CultureInfo.InvariantCulture)!).ToArray()),
        ];
        int[] widths = [.. s_columns.Select((_, i) => lines.Max(line => line[i].Length))];
        StringBuilder table = new();
        foreach (string[] line in lines)
        {
            table.AppendLine(string.Join("  ", line.Select((cell, i) => i < 2 || i == s_columns.Length - 1 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))).TrimEnd());
        }

        return table.ToString();
    }

    internal static EngineSnapshot Of(IReadOnlyList<EngineStatistics> engines) => new(
    [
        .. engines.Select(engine => new EngineSnapshotRow(
            engine.Address,
            engine.State,
            engine.Connections.Count(connection => connection.IsOpen),
            engine.InFlight,
            engine.Requests,
            engine.Replies,
            engine.Errors + engine.InvalidReplies,
            engine.DeadlinesExceeded,
            engine.Lost,
            engine.Connects,
            engine.ConnectFailures,
            engine.BytesSent,
            engine.BytesReceived,
            engine.LastFailure)),
    ]);
}
