using System.Threading.Tasks;
using HotPath.Rpc;

namespace MyCarrier;

public sealed class Quotes(IEngineClient engines)
{
    public ValueTask<RpcOutcome<QuoteReply>> AskAsync(string? account, string? destination) =>
        engines.SendAsync<Quote, QuoteReply>(new Quote { Account = account, Destination = destination });
}
