namespace HotPath.Sip;

/// <summary>A listener cannot be opened. The message is one line that names the address and says what to do.</summary>
public sealed class SipTransportException(string message, Exception? inner = null) : Exception(message, inner);
