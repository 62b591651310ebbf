namespace HotPath.Cli;

/// <summary>
/// What was asked for cannot be done as it was asked. The message is the one line the user sees: it names the option, file or address and
/// says what to write instead.
/// </summary>
internal sealed class UsageException(string message) : Exception(message);
