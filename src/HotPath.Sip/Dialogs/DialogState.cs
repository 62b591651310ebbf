namespace HotPath.Sip;

/// <summary>How far a dialog has come (RFC 3261 §12).</summary>
public enum DialogState : byte
{
    /// <summary>Not in its table: the object waits to be reused.</summary>
    Closed,

    /// <summary>Made by a provisional response.</summary>
    Early,

    /// <summary>Made, or confirmed, by a 2xx.</summary>
    Confirmed,
}
