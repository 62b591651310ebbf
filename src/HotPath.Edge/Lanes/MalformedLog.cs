using HotPath.Sip;
using Microsoft.Extensions.Logging;

namespace HotPath.Edge;

/// <summary>
/// Tells of malformed messages once per kind and source address, so that nobody can fill a disk by sending nonsense. Remembers a bounded
/// number of pairs; past it, nothing more is told and the counters speak.
/// </summary>
internal sealed class MalformedLog(ILogger logger)
{
    private const int MostRemembered = 4096;

    private readonly HashSet<(SipParseError Error, UInt128 Address)> _told = [];

    public void Report(in SipEndpoint source, SipParseResult parsed)
    {
        if (_told.Count < MostRemembered && _told.Add((parsed.Error, source.AddressBits)))
        {
            logger.Malformed(source, parsed);
        }
    }
}
