using System.Buffers;
using System.Text.Json;

namespace HotPath.Commands;

/// <summary>
/// What the generator writes for a struct marked <see cref="CgrCommandAttribute"/>. Everything the transport, the embedded
/// engine and the test engine know about a command they know through this contract.
/// </summary>
/// <typeparam name="TSelf">The command.</typeparam>
/// <typeparam name="TReply">Its result.</typeparam>
public interface ICgrCommand<TSelf, TReply>
    where TSelf : struct, ICgrCommand<TSelf, TReply>, allows ref struct
    where TReply : struct, ICgrReply<TReply>
{
    /// <summary>The method name, UTF-8, in <paramref name="dialect"/>. Empty when the dialect does not have the command.</summary>
    static abstract ReadOnlySpan<byte> GetMethod(CgrDialect dialect);

    /// <summary>
    /// A request under the name <paramref name="method"/> (UTF-8, as it stands on the wire) is this command, written in
    /// <paramref name="dialect"/>: the server reads and answers it so.
    /// </summary>
    static abstract bool IsMethod(ReadOnlySpan<byte> method, out CgrDialect dialect);

    /// <summary>What repeating the command means.</summary>
    static abstract RepeatClass Repeat { get; }

    /// <summary>
    /// Writes the one element of <c>params</c> straight into <paramref name="output"/>. Allocates nothing. The bytes equal those
    /// of <see cref="WriteTo"/> with <see cref="CgrJson.WriterOptions"/>.
    /// </summary>
    void Encode(IBufferWriter<byte> output, CgrDialect dialect);

    /// <summary>Writes the one element of <c>params</c> with any writer and options: the form other code composes with.</summary>
    void WriteTo(Utf8JsonWriter writer, CgrDialect dialect);

    /// <summary>
    /// Server side: reads the one element of <c>params</c>. The command's text points into <paramref name="parameters"/> or,
    /// where it had escapes, into <paramref name="scratch"/>, and is good as long as both are. Never throws.
    /// </summary>
    static abstract CgrReadResult TryReadRequest(ReadOnlySpan<byte> parameters, CgrDialect dialect, CgrScratch scratch, out TSelf command);
}

/// <summary>What the generator writes for a struct marked <see cref="CgrReplyAttribute"/>.</summary>
/// <typeparam name="TSelf">The result.</typeparam>
public interface ICgrReply<TSelf>
    where TSelf : struct, ICgrReply<TSelf>
{
    /// <summary>Client side: reads the value of <c>result</c>. Never throws; tolerant of order, unknown and absent members.</summary>
    static abstract CgrReadResult TryRead(ReadOnlySpan<byte> result, CgrDialect dialect, out TSelf reply);

    /// <summary>Server side: writes the value of <c>result</c> straight into <paramref name="output"/>.</summary>
    void Encode(IBufferWriter<byte> output, CgrDialect dialect);

    /// <summary>Writes the value of <c>result</c> with any writer and options.</summary>
    void WriteTo(Utf8JsonWriter writer, CgrDialect dialect);
}
