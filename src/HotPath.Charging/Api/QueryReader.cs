using HotPath.Commands;

namespace HotPath.Charging;

/// <summary>Reads the parameter of a query by the declaration of its command; a query without one asks for everything.</summary>
internal sealed class QueryReader
{
    private readonly CgrScratch _scratch = new();

    /// <summary>Reads a query.</summary>
    /// <param name="parameters">The one parameter; empty: none.</param>
    /// <param name="answer">Gets what is wrong with it.</param>
    /// <param name="query">The query; its text is good until the next call.</param>
    public bool TryRead<TCommand, TReply>(ReadOnlySpan<byte> parameters, ApiAnswer answer, out TCommand query)
        where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
        where TReply : struct, ICgrReply<TReply>
    {
        _scratch.Reset();
        bool isNone = parameters.IsEmpty || parameters.SequenceEqual("null"u8);
        CgrReadResult read = TCommand.TryReadRequest(isNone ? "{}"u8 : parameters, CgrDialect.Current, _scratch, out query);
        if (!read.IsOk)
        {
            answer.Fail(read);
        }

        return read.IsOk;
    }
}
