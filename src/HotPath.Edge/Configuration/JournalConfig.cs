namespace HotPath.Edge;

/// <summary>The key <c>journal</c> of the configuration, as it is written.</summary>
public sealed class JournalConfig
{
    /// <summary>The folder. Required.</summary>
    public string? Folder { get; set; }

    /// <summary><c>process</c> or <c>power</c>. Default: <c>process</c>.</summary>
    public string? Level { get; set; }

    /// <summary><c>bye</c> or <c>resume</c>. Default: <c>bye</c>.</summary>
    public string? OnResume { get; set; }
}
