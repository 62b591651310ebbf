using HotPath.Sip;

namespace HotPath.Cli;

/// <summary><c>hotpath parse FILE…</c>: what the SIP parser makes of each file, one JSON object per line.</summary>
internal static class ParseCommand
{
    /// <summary>
    /// Reports on every file that can be read, and says on <paramref name="error"/> which cannot. A message the parser refuses is a
    /// report, not a failure.
    /// </summary>
    /// <returns>0, or 2 if a file could not be read.</returns>
    public static int Run(IEnumerable<string> files, TextWriter output, TextWriter error)
    {
        // One byte more than a message may have, so that a longer file is recognised as too large without being read.
        byte[] buffer = new byte[SipLimits.Default.MaxMessageLength + 1];
        int exitCode = ExitCode.Success;
        foreach (string file in files)
        {
            int length;
            try
            {
                using FileStream stream = File.OpenRead(file);
                length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                error.WriteLine($"hotpath parse: cannot read '{file}': {failure.Message}");
                exitCode = ExitCode.Usage;
                continue;
            }

            output.WriteLine(ParseReport.Write(file, buffer.AsSpan(0, length)));
        }

        return exitCode;
    }
}
