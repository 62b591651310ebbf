using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using HotPath.Commands;
using HotPath.Rpc;

namespace HotPath.Load;

/// <summary>
/// The yardstick: connections that carry one request at a time, as the reference module uses them (facts: cgrates-module.md §6), each with a thread
/// that sends, waits for the answer and sends the next.
/// </summary>
internal static class OneAtATimeClients
{
    /// <summary>Answered requests per second of all connections together.</summary>
    public static double Measure(EngineAddress engine, int connections, TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        long[] answered = new long[connections];
        Thread[] threads = [.. Enumerable.Range(0, connections).Select(i => new Thread(() => answered[i] = Ask(engine, start, time)))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return answered.Sum() / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static long Ask(EngineAddress engine, long start, TimeSpan time)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(engine.Host, engine.Port);
        var request = new ArrayBufferWriter<byte>();
        byte[] reply = new byte[4096];
        int answered = 0;
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            request.ResetWrittenCount();
            Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"method":"SessionSv1.AuthorizeEvent","id":{{answered + 1}},"params":["""), request);
            SampleRequest.Create().Encode(request, CgrDialect.Current);
            request.Write("]}\n"u8);
            socket.Send(request.WrittenSpan);
            int length = 0;
            do
            {
                length += socket.Receive(reply.AsSpan(length));
            }
            while (reply[length - 1] != '\n');
            answered += reply.AsSpan(0, length).IndexOf("\"MaxUsage\":"u8) > 0 ? 1 : throw new InvalidOperationException("The engine refuses the sample request.");
        }

        return answered;
    }
}
