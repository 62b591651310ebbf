using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace HotPath.Commands;

/// <summary>
/// What generated readers are made of: a forward walk over one JSON value that never throws. The first thing wrong is kept and
/// ends the walk: from then on there are no members, and <see cref="Finish"/> says what it was and where. Strict about JSON, lenient about types:
/// the reading methods (CgrReader.Values.cs) take a value in any form that clients and engines are known to write.
/// Allocates nothing; reads each byte a bounded number of times.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public ref partial struct CgrReader
{
    /// <summary>The four bytes of <c>null</c>.</summary>
    private const uint Null = 'n' | ('u' << 8) | ('l' << 16) | ('l' << 24);

    private readonly ReadOnlySpan<byte> _json;
    private int _at;
    private int _depth;
    private int _elements;

    /// <summary>Depth of the object whose members are walked as if they were members of the object around it; 0: none.</summary>
    private int _flattenedDepth;

    /// <summary>The walk is right behind an opening brace or bracket.</summary>
    private bool _isStart;

    private CgrReadError _error;
    private int _errorAt;
    private string? _errorMember;

    /// <summary>A walk over one value, which may have white space around it.</summary>
    public CgrReader(ReadOnlySpan<byte> json) => _json = json;

    /// <summary>A walk over a value that will stand so deep in others.</summary>
    internal CgrReader(ReadOnlySpan<byte> json, int depth)
        : this(json) => _depth = depth;

    /// <summary>The name last read has escapes: it is the text that <see cref="TryUnescapeName"/> makes of it.</summary>
    public bool NameIsEscaped { get; private set; }

    /// <summary>Nothing wrong so far.</summary>
    internal readonly bool IsOk => _error == CgrReadError.None;

    /// <summary>Byte offset of what is read next.</summary>
    internal readonly int Position => _at;

    /// <summary>The two names differ at most in the case of ASCII letters: the engine matches names so.</summary>
    public static bool NamesEqual(ReadOnlySpan<byte> name, ReadOnlySpan<byte> known) => System.Text.Ascii.EqualsIgnoreCase(name, known);

    /// <summary>Makes plain text of a name that has escapes, unless the text does not fit.</summary>
    public static bool TryUnescapeName(ReadOnlySpan<byte> name, Span<byte> plain, out int length) => JsonEscapes.TryUnescape(name, plain, out length);

    /// <summary>The bytes are one JSON value, in valid UTF-8 and not too deep.</summary>
    public static bool IsJson(ReadOnlySpan<byte> json)
    {
        CgrReader reader = new(json);
        reader.SkipValue();
        return reader.Finish().IsOk && System.Text.Unicode.Utf8.IsValid(json);
    }

    /// <summary>Steps into an object. False: the value is null, or not an object (<see cref="Finish"/> says so).</summary>
    /// <param name="member">The schema member that the object is, if it is one.</param>
    public bool TryBeginObject(string? member) => TryBegin((byte)'{', member);

    /// <summary>Steps into a list. False: the value is null, or not a list (<see cref="Finish"/> says so).</summary>
    /// <param name="member">The schema member that the list is, if it is one.</param>
    public bool TryBeginArray(string? member) => TryBegin((byte)'[', member);

    private bool TryBegin(byte bracket, string? member)
    {
        byte token = NextToken();
        if (token == bracket)
        {
            if (_depth == CgrJson.MaxDepth)
            {
                return Fail(CgrReadError.TooDeep, member);
            }

            _at++;
            _depth++;
            _isStart = true;
            return true;
        }

        if (token == 'n')
        {
            SkipValue();
        }
        else
        {
            FailUnlessMalformed(member);
        }

        return false;
    }

    /// <summary>
    /// Steps into an object whose members are walked as members of the one around it (the <c>CGREvent</c> of older clients).
    /// A second one inside the first is an unknown member.
    /// </summary>
    public void Flatten(string member)
    {
        if (_flattenedDepth != 0)
        {
            SkipValue();
        }
        else if (TryBeginObject(member))
        {
            _flattenedDepth = _depth;
        }
    }

    /// <summary>Steps to the next element of a list. False: no more elements, or something is wrong.</summary>
    public bool TryReadElement()
    {
        if (_error != CgrReadError.None)
        {
            return false;
        }

        byte token = NextToken();
        if (token == ']')
        {
            _at++;
            _depth--;
            _isStart = false;
            return false;
        }

        if (!_isStart)
        {
            if (token != ',')
            {
                return Fail(CgrReadError.InvalidJson);
            }

            _at++;
        }

        _isStart = false;
        return ++_elements <= CgrJson.MaxElements || Fail(CgrReadError.TooMany);
    }

    /// <summary>Reads the name of the next member and steps to its value. False: no more members, or something is wrong.</summary>
    public bool TryReadName(out ReadOnlySpan<byte> name)
    {
        // As engines write: no white space, no escapes. Everything else, the end included, takes the slow way.
        ReadOnlySpan<byte> json = _json;
        int quote = _isStart ? _at : _at + 1;
        if (_error == CgrReadError.None && (uint)quote < (uint)json.Length && json[quote] == '"' && (_isStart || json[_at] == ','))
        {
            int length = JsonBytes.IndexOfStringEnd(json[(quote + 1)..]);
            int end = quote + 1 + length;
            if (end < json.Length - 1 && json[end] == '"' && json[end + 1] == ':')
            {
                name = json.Slice(quote + 1, length);
                NameIsEscaped = false;
                _isStart = false;
                _at = end + 2;
                return true;
            }
        }

        return TryReadNameSlow(out name);
    }

    private bool TryReadNameSlow(out ReadOnlySpan<byte> name)
    {
        name = default;
        while (_error == CgrReadError.None)
        {
            byte token = NextToken();
            if (token == '}')
            {
                _at++;
                _depth--;
                _isStart = false;
                if (_flattenedDepth > _depth)
                {
                    _flattenedDepth = 0;
                    continue;
                }

                return false;
            }

            if (!_isStart)
            {
                if (token != ',')
                {
                    return Fail(CgrReadError.InvalidJson);
                }

                _at++;
                token = NextToken();
            }

            _isStart = false;
            if (token != '"' || !TryScanString(out name, out bool escaped))
            {
                return Fail(CgrReadError.InvalidJson);
            }

            NameIsEscaped = escaped;
            if (NextToken() != ':')
            {
                return Fail(CgrReadError.InvalidJson);
            }

            _at++;
            return true;
        }

        return false;
    }

    /// <summary>Steps over a value, whatever it is.</summary>
    public void SkipValue()
    {
        // Most of what engines name without having been asked is null.
        if (_json.Length - _at > sizeof(uint) && BinaryPrimitives.ReadUInt32LittleEndian(_json[_at..]) == Null && _error == CgrReadError.None)
        {
            _at += sizeof(uint);
            return;
        }

        SkipValueSlow();
    }

    private void SkipValueSlow()
    {
        // One bit per level: set for an object. MaxDepth is the width.
        ulong objects = 0;
        int levels = 0;
        while (_error == CgrReadError.None)
        {
            byte token = NextToken();
            if (token is (byte)'{' or (byte)'[')
            {
                if (_depth + levels == CgrJson.MaxDepth)
                {
                    Fail(CgrReadError.TooDeep);
                    return;
                }

                _at++;
                bool isObject = token == '{';
                byte next = NextToken();
                if (next == (isObject ? '}' : ']'))
                {
                    _at++;
                }
                else
                {
                    objects = (objects << 1) | (isObject ? 1UL : 0);
                    levels++;
                    if (isObject && !TrySkipName())
                    {
                        return;
                    }

                    continue;
                }
            }
            else if (!TryScanScalar(token, out _))
            {
                return;
            }

            // Behind a value: out of everything that ends here, then on to what follows.
            while (levels != 0 && NextToken() == ((objects & 1) != 0 ? '}' : ']'))
            {
                _at++;
                levels--;
                objects >>= 1;
            }

            if (levels == 0)
            {
                return;
            }

            if (NextToken() != ',')
            {
                Fail(CgrReadError.InvalidJson);
                return;
            }

            _at++;
            if ((objects & 1) != 0 && !TrySkipName())
            {
                return;
            }
        }
    }

    /// <summary>The outcome; something behind the value is wrong too.</summary>
    public CgrReadResult Finish()
    {
        if (_error == CgrReadError.None && NextToken() is var token && (token != 0 || _at < _json.Length))
        {
            Fail(CgrReadError.InvalidJson);
        }

        return new CgrReadResult(_error, _errorAt, _errorMember);
    }

    /// <summary>The outcome where a member that must be there is not.</summary>
    public readonly CgrReadResult Missing(string member) => new(CgrReadError.MissingMember, _at, member);

    /// <summary>Steps over white space. The byte at which something begins; 0 at the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte NextToken()
    {
        ReadOnlySpan<byte> json = _json;
        int at = _at;
        while ((uint)at < (uint)json.Length)
        {
            byte value = json[at];
            if (value > ' ' || value is not ((byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t'))
            {
                _at = at;
                return value;
            }

            at++;
        }

        _at = at;
        return 0;
    }

    private bool TrySkipName()
    {
        if (NextToken() != '"' || !TryScanString(out _, out _) || NextToken() != ':')
        {
            return Fail(CgrReadError.InvalidJson);
        }

        _at++;
        return true;
    }

    /// <summary>Steps over a string, a number or a literal that begins with <paramref name="token"/>.</summary>
    private bool TryScanScalar(byte token, out ReadOnlySpan<byte> text)
    {
        if (token == '"')
        {
            return TryScanString(out text, out _);
        }

        int length = token switch
        {
            (byte)'t' => LengthIfNext("true"u8),
            (byte)'f' => LengthIfNext("false"u8),
            (byte)'n' => LengthIfNext("null"u8),
            _ => NumberLength(_json[_at..]),
        };
        text = _json.Slice(_at, length);
        _at += length;
        return length != 0 || Fail(CgrReadError.InvalidJson);
    }

    private readonly int LengthIfNext(ReadOnlySpan<byte> literal) => _json[_at..].StartsWith(literal) ? literal.Length : 0;

    /// <summary>Steps over a string whose opening quote is next. The text is what stands between the quotes.</summary>
    private bool TryScanString(out ReadOnlySpan<byte> text, out bool escaped)
    {
        escaped = false;
        ReadOnlySpan<byte> rest = _json[(_at + 1)..];
        int length = 0;
        while (true)
        {
            length += JsonBytes.IndexOfStringEnd(rest[length..]);
            if (length == rest.Length)
            {
                break;
            }

            if (rest[length] == '"')
            {
                text = rest[..length];
                _at += length + 2;
                return true;
            }

            int escape = JsonEscapes.LengthAt(rest[length..]);
            if (escape == 0)
            {
                break;
            }

            escaped = true;
            length += escape;
        }

        text = default;
        _at += length + 1;
        return Fail(CgrReadError.InvalidJson);
    }

    /// <summary>Length of the JSON number at the beginning; 0 when there is none.</summary>
    private static int NumberLength(ReadOnlySpan<byte> json)
    {
        int at = json is [(byte)'-', ..] ? 1 : 0;
        int integer = Digits(json, at);
        if (integer == 0 || (integer > 1 && json[at] == '0'))
        {
            return 0;
        }

        at += integer;
        if (at < json.Length && json[at] == '.')
        {
            int fraction = Digits(json, at + 1);
            if (fraction == 0)
            {
                return 0;
            }

            at += fraction + 1;
        }

        if (at < json.Length && json[at] is (byte)'e' or (byte)'E')
        {
            at++;
            at += at < json.Length && json[at] is (byte)'+' or (byte)'-' ? 1 : 0;
            int exponent = Digits(json, at);
            if (exponent == 0)
            {
                return 0;
            }

            at += exponent;
        }

        return at;
    }

    private static int Digits(ReadOnlySpan<byte> json, int start)
    {
        int at = start;
        while (at < json.Length && json[at] is >= (byte)'0' and <= (byte)'9')
        {
            at++;
        }

        return at - start;
    }

    /// <summary>Keeps the first thing that is wrong. Returns false, for the caller to return.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Fail(CgrReadError error, string? member = null)
    {
        if (_error == CgrReadError.None)
        {
            _error = error;
            _errorAt = _at;
            _errorMember = member;
        }

        return false;
    }

    /// <summary>A value stands where a value of another type belongs, unless it is not even JSON.</summary>
    private void FailUnlessMalformed(string? member)
    {
        int start = _at;
        SkipValue();
        if (_error == CgrReadError.None)
        {
            _at = start;
            Fail(CgrReadError.WrongType, member);
        }
    }
}
