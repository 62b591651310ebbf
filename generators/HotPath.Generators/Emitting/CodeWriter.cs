using System.Text;

namespace HotPath.Generators;

/// <summary>Indented C# text.</summary>
internal sealed class CodeWriter
{
    private readonly StringBuilder _text = new();
    private int _depth;

    public void Line(string text = "")
    {
        if (text.Length != 0)
        {
            _text.Append(' ', _depth * 4).Append(text);
        }

        _text.Append('\n');
    }

    /// <summary>A header and its braces; what is written until the return value is disposed of stands between them.</summary>
    public Indentation Block(string header)
    {
        Line(header);
        Line("{");
        _depth++;
        return new Indentation(this, "}");
    }

    /// <summary>Indented lines without braces, as under a <c>case</c>.</summary>
    public Indentation Indent(string header)
    {
        Line(header);
        _depth++;
        return new Indentation(this, null);
    }

    public override string ToString() => _text.ToString();

    internal readonly struct Indentation(CodeWriter code, string? end) : IDisposable
    {
        public void Dispose()
        {
            code._depth--;
            if (end is not null)
            {
                code.Line(end);
            }
        }
    }
}
