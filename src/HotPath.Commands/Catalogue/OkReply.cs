namespace HotPath.Commands;

/// <summary>The whole answer to commands that have nothing to tell: they were carried out.</summary>
[CgrReply(Text = "OK")]
public readonly partial struct OkReply;
