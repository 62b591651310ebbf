using System.Text;

namespace HotPath.Sip.Tests;

/// <summary>Messages written as readable text in tests.</summary>
internal static class Text
{
    /// <summary>The text as UTF-8, its line breaks turned into CRLF.</summary>
    public static byte[] Message(string text) => Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n"));

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public static string Of(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    /// <summary>Parses, expecting success.</summary>
    public static SipMessage Parse(byte[] message)
    {
        SipMessageIndex index = new();
        SipParseResult result = SipParser.Parse(message, index);
        Assert.True(result.IsOk, result.ToString());
        return new SipMessage(message, index);
    }

    public static SipMessage Parse(string message) => Parse(Message(message));
}
