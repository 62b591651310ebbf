namespace HotPath.Cli;

/// <summary>What <c>hotpath</c> tells the shell.</summary>
internal static class ExitCode
{
    /// <summary>Done, or ended by Ctrl-C or SIGTERM as asked.</summary>
    public const int Success = 0;

    /// <summary>It ran, and the outcome is not the expected one.</summary>
    public const int Failure = 1;

    /// <summary>An option, a file, a value or an address is wrong; nothing was started.</summary>
    public const int Usage = 2;
}
