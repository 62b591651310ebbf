using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;

namespace HotPath.Benchmarks;

/// <summary>Notes where names and values are, as the SIP index does.</summary>
internal sealed class HttpIndex(byte[] request) : IHttpRequestLineHandler, IHttpHeadersHandler
{
    private readonly (int NameStart, int NameLength, int ValueStart, int ValueLength)[] _entries = new (int, int, int, int)[256];

    public int Count { get; set; }

    public void OnStartLine(HttpVersionAndMethod versionAndMethod, TargetOffsetPathLength targetPath, Span<byte> startLine)
    {
    }

    public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        _entries[Count++] = (OffsetOf(name), name.Length, OffsetOf(value), value.Length);

    public void OnHeadersComplete(bool endStream)
    {
    }

    public void OnStaticIndexedHeader(int index) => throw new NotSupportedException();

    public void OnStaticIndexedHeader(int index, ReadOnlySpan<byte> value) => throw new NotSupportedException();

    private int OffsetOf(ReadOnlySpan<byte> part) =>
        (int)Unsafe.ByteOffset(in MemoryMarshal.GetArrayDataReference(request), in MemoryMarshal.GetReference(part));
}
