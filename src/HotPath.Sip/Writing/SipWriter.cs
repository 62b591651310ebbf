using System.Buffers.Text;

namespace HotPath.Sip;

/// <summary>
/// Writes into a fixed span from the front and remembers when it is full: from then on it writes nothing, and one check at the end is
/// enough. Allocates nothing.
/// </summary>
/// <param name="destination">Where to write.</param>
public ref struct SipWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;
    private int _length;

    /// <summary>What was written so far; useless once <see cref="Overflowed"/>.</summary>
    public readonly ReadOnlySpan<byte> Written => _destination[.._length];

    /// <summary>Something did not fit.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>Appends bytes as they are.</summary>
    public void Append(scoped ReadOnlySpan<byte> bytes)
    {
        if (!Overflowed && bytes.TryCopyTo(_destination[_length..])) _length += bytes.Length;
        else Overflowed = true;
    }

    /// <summary>Appends one byte.</summary>
    public void Append(byte value) => Append([value]);

    /// <summary>Appends a decimal number.</summary>
    public void AppendNumber(uint value)
    {
        if (!Overflowed && Utf8Formatter.TryFormat(value, _destination[_length..], out int written)) _length += written;
        else Overflowed = true;
    }

    /// <summary>Appends an address as <c>received</c> holds it: IPv6 without brackets.</summary>
    public void AppendAddress(in SipEndpoint endpoint)
    {
        if (!Overflowed && IPAddressText.TryFormat(endpoint.AddressBits, _destination[_length..], out int written)) _length += written;
        else Overflowed = true;
    }

    /// <summary>Appends <c>host:port</c> as URIs and Via hold it: IPv6 in brackets.</summary>
    public void AppendHostPort(in SipEndpoint endpoint)
    {
        if (!endpoint.IsIPv4) Append((byte)'[');
        AppendAddress(endpoint);
        if (!endpoint.IsIPv4) Append((byte)']');
        Append((byte)':');
        AppendNumber(endpoint.Port);
    }

    /// <summary>Appends <c>Name: value</c> and a line break.</summary>
    public void AppendHeader(SipHeaderId name, scoped ReadOnlySpan<byte> value)
    {
        AppendName(name);
        Append(value);
        AppendLineBreak();
    }

    internal void AppendName(SipHeaderId name)
    {
        Append(SipHeaderNames.GetName(name));
        Append(": "u8);
    }

    internal void AppendLineBreak() => Append("\r\n"u8);

    /// <summary>The outcome of every writing method: its length, or 0 and false.</summary>
    internal readonly bool TryFinish(out int written)
    {
        written = Overflowed ? 0 : _length;
        return !Overflowed;
    }
}
