using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using HotPath.Sip;

namespace HotPath.Edge;

/// <summary>
/// The mark in our Record-Route: the ways to both sides of a call, as they were when the INVITE passed. By it a request of a dialog that
/// this process does not know still finds the other side, behind an address translator too. Authenticated together with the Call-ID and the
/// caller's tag, so that nobody can have us send to a destination of their own. One lane's; allocates only for a Call-ID longer than any
/// before.
/// </summary>
/// <param name="secret">Known to this edge alone.</param>
internal sealed class FlowToken(byte[] secret)
{
    /// <summary>Most characters of a token.</summary>
    public const int MaxLength = ((MaxBytes + 2) / 3) * 4;

    private const int MacBytes = 12;
    private const int MaxFlowBytes = 4 + 16;
    private const int MaxBytes = (2 * MaxFlowBytes) + MacBytes;
    private const byte IsIPv6 = 1;
    private const byte IsTranslated = 2;

    // Kept with its key: making one for each hash takes longer than the hash.
    private readonly IncrementalHash _hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, HMACSHA256.HashData(secret, "flow"u8));
    private byte[] _signed = new byte[256];

    /// <summary>Writes the token of a call.</summary>
    /// <param name="callId">The call.</param>
    /// <param name="callerTag">Its From tag.</param>
    /// <param name="caller">The way to the caller.</param>
    /// <param name="callee">The way to the callee.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <returns>The characters written.</returns>
    public int Write(ReadOnlySpan<byte> callId, ReadOnlySpan<byte> callerTag, in DialogLeg caller, in DialogLeg callee, Span<byte> destination)
    {
        Span<byte> token = stackalloc byte[MaxBytes];
        int length = WriteFlow(caller, token);
        length += WriteFlow(callee, token[length..]);
        Sign(callId, callerTag, token[..length], token.Slice(length, MacBytes));
        return Base64Url.EncodeToUtf8(token[..(length + MacBytes)], destination);
    }

    /// <summary>Reads the token that a request of a call carries.</summary>
    /// <param name="request">The request.</param>
    /// <param name="text">The token.</param>
    /// <param name="leg">The way to the side that the request is for.</param>
    /// <param name="isTranslated">An address translator stands between; what it translates is not told.</param>
    /// <returns><c>false</c> if this edge has not made it, for this call.</returns>
    public bool TryRead(in SipMessage request, ReadOnlySpan<byte> text, out DialogLeg leg, out bool isTranslated)
    {
        leg = default;
        isTranslated = false;
        Span<byte> token = stackalloc byte[MaxBytes];
        if (Base64Url.DecodeFromUtf8(text, token, out _, out int length) != OperationStatus.Done || length < MacBytes)
        {
            return false;
        }

        Span<byte> mac = stackalloc byte[MacBytes];
        ReadOnlySpan<byte> theirs = token.Slice(length - MacBytes, MacBytes);
        ReadOnlySpan<byte> flows = token[..(length - MacBytes)];
        Sign(request.CallId, request.FromTag, flows, mac);
        bool isFromCaller = CryptographicOperations.FixedTimeEquals(mac, theirs);
        if (!isFromCaller)
        {
            Sign(request.CallId, request.ToTag, flows, mac);
            if (!CryptographicOperations.FixedTimeEquals(mac, theirs))
            {
                return false;
            }
        }

        ReadOnlySpan<byte> flow = isFromCaller ? flows[LengthOf(flows)..] : flows;
        isTranslated = (flow[0] & IsTranslated) != 0;
        leg = ReadFlow(flow);
        return true;
    }

    private static int WriteFlow(in DialogLeg leg, Span<byte> destination)
    {
        UInt128 address = leg.Endpoint.AddressBits;
        bool isIPv4 = leg.Endpoint.IsIPv4;
        destination[0] = (byte)((isIPv4 ? 0 : IsIPv6) | (leg.SentBy.IsEmpty ? 0 : IsTranslated));
        destination[1] = (byte)leg.Listener;
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], leg.Endpoint.Port);
        if (isIPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination[4..], (uint)address);
        }
        else
        {
            BinaryPrimitives.WriteUInt128BigEndian(destination[4..], address);
        }

        return LengthOf(destination);
    }

    // Only for what we have written ourselves.
    private static DialogLeg ReadFlow(ReadOnlySpan<byte> flow)
    {
        UInt128 address = (flow[0] & IsIPv6) != 0
            ? BinaryPrimitives.ReadUInt128BigEndian(flow[4..])
            : ((UInt128)0xFFFF << 32) | BinaryPrimitives.ReadUInt32BigEndian(flow[4..]);
        return new DialogLeg(flow[1], new SipEndpoint(SipTransportKind.Udp, address, BinaryPrimitives.ReadUInt16BigEndian(flow[2..])));
    }

    private static int LengthOf(ReadOnlySpan<byte> flow) => (flow[0] & IsIPv6) != 0 ? MaxFlowBytes : 4 + 4;

    private void Sign(ReadOnlySpan<byte> callId, ReadOnlySpan<byte> callerTag, ReadOnlySpan<byte> flows, Span<byte> mac)
    {
        int length = callId.Length + 1 + callerTag.Length + 1 + flows.Length;
        if (_signed.Length < length)
        {
            _signed = new byte[2 * length];
        }

        // Neither a Call-ID nor a tag holds a line break, so no two calls are signed alike.
        SipWriter writer = new(_signed);
        writer.Append(callId);
        writer.Append((byte)'\n');
        writer.Append(callerTag);
        writer.Append((byte)'\n');
        writer.Append(flows);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        _hmac.AppendData(writer.Written);
        _hmac.GetHashAndReset(hash);
        hash[..MacBytes].CopyTo(mac);
    }
}
