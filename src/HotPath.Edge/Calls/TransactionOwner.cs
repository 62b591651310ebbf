using HotPath.Sip;

namespace HotPath.Edge;

/// <summary>What the lane's transactions belong to: a call's INVITE, or any other request on its way through.</summary>
internal abstract class TransactionOwner
{
    /// <summary>A response came back.</summary>
    public abstract void OnResponse(ClientTransaction transaction, in SipMessage response);

    /// <summary>No final response came.</summary>
    public abstract void OnTimeout(ClientTransaction transaction);

    /// <summary>The request could not be sent: its next hop is to be taken as not serving (RFC 3261 §16.9).</summary>
    public abstract void OnTransportError(ClientTransaction transaction);

    /// <summary>The sender of the request has cancelled it.</summary>
    public virtual void OnCancel(in SipMessage cancel)
    {
    }

    /// <summary>The transaction is over and must be forgotten.</summary>
    public abstract void OnTerminated(ServerTransaction transaction);

    /// <summary>The transaction is over and must be forgotten.</summary>
    public abstract void OnTerminated(ClientTransaction transaction);
}
