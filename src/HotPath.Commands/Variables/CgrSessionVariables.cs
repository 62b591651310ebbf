namespace HotPath.Commands;

/// <summary>The variables of one billing session of a call; see <see cref="CgrVariableSets"/>.</summary>
public sealed class CgrSessionVariables
{
    private readonly byte[] _tag = new byte[CgrVariableSets.MaxTagLength];
    private int _tagLength;

    internal CgrSessionVariables()
    {
    }

    /// <summary>The session's tag, UTF-8; empty for the session without one.</summary>
    public ReadOnlySpan<byte> Tag => _tag.AsSpan(0, _tagLength);

    /// <summary>Fields of the event (<c>$cgr</c>).</summary>
    public CgrVariables Variables { get; } = new();

    /// <summary>Members beside the event (<c>$cgr_opt</c>).</summary>
    public CgrVariables Options { get; } = new();

    internal void Begin(ReadOnlySpan<byte> tag)
    {
        tag.CopyTo(_tag);
        _tagLength = tag.Length;
        Variables.Clear();
        Options.Clear();
    }
}
