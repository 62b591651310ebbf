namespace HotPath.Sip;

/// <summary>A side of a call as seen from between the two.</summary>
public enum DialogSide : byte
{
    /// <summary>The one whose INVITE made the dialog.</summary>
    Caller,

    /// <summary>The one that answered.</summary>
    Callee,
}
