using System;
using System.Buffers;
using HotPath.Commands;

namespace MyCarrier;

public sealed class QuoteService
{
    private readonly CgrScratch _scratch = new();

    /// <summary>Writes the result; false: the request cannot be read, and <paramref name="problem"/> says why.</summary>
    public bool TryAnswer(ReadOnlySpan<byte> parameters, IBufferWriter<byte> result, out CgrReadResult problem)
    {
        _scratch.Reset();
        problem = Quote.TryReadRequest(parameters, CgrDialect.Current, _scratch, out Quote quote);
        if (!problem.IsOk)
        {
            return false;
        }

        new QuoteReply { Cost = quote.WithTaxes ? "0.72" : "0.6" }.Encode(result, CgrDialect.Current);
        return true;
    }
}
