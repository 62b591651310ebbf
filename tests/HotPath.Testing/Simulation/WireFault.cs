using System.Text;

namespace HotPath.Testing;

/// <summary>A mistake the edge could make, made on its behalf between it and the wire.</summary>
/// <param name="Starts">How the messages begin that it is made with.</param>
/// <param name="Change">What leaves instead.</param>
public sealed record WireFault(string Starts, Func<string, string[]> Change)
{
    /// <summary>The CSeq method of the messages it is made with; empty: any.</summary>
    public string Method { get; init; } = "";

    internal IEnumerable<byte[]> Apply(byte[] message)
    {
        string text = Encoding.UTF8.GetString(message);
        bool isConcerned = text.StartsWith(Starts, StringComparison.Ordinal) && (Method.Length == 0 || text.Contains($" {Method}\r\n", StringComparison.Ordinal));
        return isConcerned ? Change(text).Select(Encoding.UTF8.GetBytes) : [message];
    }
}
