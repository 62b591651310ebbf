namespace HotPath.Billing;

/// <summary>The owner of orphans: they belong to no call, and nobody is told of them.</summary>
internal sealed class NoOwner : ISessionOwner
{
    public static readonly NoOwner Instance = new();

    private NoOwner()
    {
    }

    public void OnGranted(ChargingSession session)
    {
    }

    public void OnRefused(ChargingSession session, RefusalKind kind, string error)
    {
    }

    public void OnEndCall(ChargingSession session, in EndCause cause)
    {
    }

    public void OnSettled(ChargingSession session)
    {
    }
}
