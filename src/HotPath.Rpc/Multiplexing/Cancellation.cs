namespace HotPath.Rpc;

/// <summary>A caller's wish to give up one request, which may be over by the time it is read.</summary>
/// <param name="Request">What the request is carried by.</param>
/// <param name="Generation">Its generation then; with another one it carries another request.</param>
internal readonly record struct Cancellation(PendingRequest Request, long Generation);
