using System.Net;

namespace HotPath.Load;

/// <summary>What became of a number of calls.</summary>
/// <param name="Calls">Calls made.</param>
/// <param name="Failed">Those that were refused, given up or could not begin.</param>
/// <param name="Repeated">Those that went as they should, but of which a message was sent again.</param>
/// <param name="CallerCpu">CPU of the callers.</param>
/// <param name="CalleeCpu">CPU of the callees; zero where callers and callees are one process.</param>
internal readonly record struct CallsOutcome(int Calls, int Failed, int Repeated, TimeSpan CallerCpu, TimeSpan CalleeCpu);

/// <summary>Those who call through an edge, and those who are called.</summary>
internal interface ICallers : IDisposable
{
    /// <summary>Where the edge has to send calls.</summary>
    string CalleeRoute { get; }

    /// <summary>How long the INVITEs of the last calls took from caller to callee, in ticks of <see cref="System.Diagnostics.Stopwatch"/>; <c>null</c>: not known.</summary>
    LatencyHistogram? Arrivals { get; }

    /// <summary>Makes calls, one after the other at equal distances, and waits until all of them are over.</summary>
    /// <param name="edge">Where to call.</param>
    /// <param name="perSecond">Calls that begin in a second.</param>
    /// <param name="calls">How many in all.</param>
    /// <param name="talkMs">From the answer of a call to its BYE.</param>
    CallsOutcome Call(IPEndPoint edge, int perSecond, int calls, int talkMs);
}
