namespace HotPath.Sip;

/// <summary>The way packets really travel between us and one side of a dialog.</summary>
/// <param name="Listener">Index of our listener on that leg.</param>
/// <param name="Endpoint">The other end of the hop: where the INVITE came from, or where it was sent.</param>
public readonly record struct DialogLeg(int Listener, SipEndpoint Endpoint);
