using System.Text;
using System.Text.RegularExpressions;
using HotPath.Rpc;

namespace HotPath.Simulation.Tests;

/// <summary>A network to the engines that changes what the edge sends.</summary>
/// <param name="network">The one that should be used.</param>
/// <param name="change">Makes of what is sent what is sent instead, for each connection anew.</param>
internal sealed class MistakenNetwork(IEngineNetwork network, Func<Func<string, string>> change) : IEngineNetwork
{
    public IEngineLink Open(EngineAddress address, IEngineLinkHandler handler) => new Link(network.Open(address, handler), change());

    /// <summary>The last of the active sessions is left out of the answer.</summary>
    public static Func<string, string> LeaveOutSession() => sent => Regex.Replace(sent, """(\[|,)\{"OriginHost":"[^"]*","OriginID":"[^"]*"\}\]""", match => match.Value[0] == '[' ? "[]" : "]");

    /// <summary>"OK" to a request of the engine leaves behind the next command.</summary>
    public static Func<string, string> AnswerLast()
    {
        string held = "";
        return sent =>
        {
            Match answer = Regex.Match(sent, """\{"id":\d+,"result":"OK","error":null\}\n?""");
            held += answer.Value;
            sent = answer.Success ? sent.Remove(answer.Index, answer.Length) : sent;
            if (sent.Contains("TerminateSession", StringComparison.Ordinal))
            {
                (sent, held) = (sent + held, "");
            }

            return sent;
        };
    }

    private sealed class Link(IEngineLink link, Func<string, string> change) : IEngineLink
    {
        public int Send(ReadOnlySpan<byte> bytes)
        {
            string sent = change(Encoding.UTF8.GetString(bytes));
            if (sent.Length > 0)
            {
                link.Send(Encoding.UTF8.GetBytes(sent));
            }

            return bytes.Length;
        }

        public void Close() => link.Close();
    }
}
