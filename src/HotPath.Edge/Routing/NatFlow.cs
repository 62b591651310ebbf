namespace HotPath.Edge;

/// <summary>When requests to a side of a call go where its own came from, instead of to the address it names in Contact or Record-Route.</summary>
public enum NatFlow : byte
{
    /// <summary>Where the named address lies behind an address translator (<see cref="Sip.DialogLeg.Hides"/>).</summary>
    Auto,

    /// <summary>Always.</summary>
    Always,

    /// <summary>Never: as RFC 3261 has it.</summary>
    Never,
}
