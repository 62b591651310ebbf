namespace HotPath.Sip;

/// <summary>The way packets really travel between us and one side of a dialog.</summary>
/// <param name="Listener">Index of our listener on that leg.</param>
/// <param name="Endpoint">The other end of the hop: where its latest request came from, or where the INVITE was sent.</param>
/// <param name="SentBy">What the other end takes its own address for, as its Via says; empty where that is <paramref name="Endpoint"/>, and
/// where it is not known. If there is one, an address translator stands between.</param>
public readonly record struct DialogLeg(int Listener, SipEndpoint Endpoint, SipEndpoint SentBy = default)
{
    private const int DefaultPort = 5060;

    /// <summary>The way a request came. Allocates nothing.</summary>
    /// <param name="transaction">Its transaction.</param>
    /// <param name="request">The request.</param>
    public static DialogLeg Of(ServerTransaction transaction, in SipMessage request)
    {
        SipVia via = request.TopVia;
        SipEndpoint source = transaction.Source;
        if (!IPAddressText.TryParse(via.Host, out UInt128 address))
        {
            return new DialogLeg(transaction.Listener, transaction.ResponseDestination);
        }

        // Who asks for rport listens on the port it sends from (RFC 3581 §4); others may send from any.
        var sentBy = new SipEndpoint(source.Transport, address, (ushort)(via.Port == 0 ? DefaultPort : via.Port));
        bool isOtherAddress = address != source.AddressBits;
        bool isTranslated = isOtherAddress || (via.RPort != SipVia.NoRPort && sentBy.Port != source.Port);
        return new DialogLeg(
            transaction.Listener, isOtherAddress ? source : transaction.ResponseDestination, isTranslated ? sentBy : default);
    }

    /// <summary>
    /// An address that the other end names, in Contact or Record-Route, lies behind an address translator, so that packets for it must take
    /// this way: it is the translated one, or it has a meaning only in a smaller network than <see cref="Endpoint"/> is in.
    /// </summary>
    /// <param name="named">The address that was named.</param>
    public bool Hides(in SipEndpoint named) =>
        !SentBy.IsEmpty && named.AddressBits == SentBy.AddressBits
            ? SentBy.AddressBits != Endpoint.AddressBits || named.Port == SentBy.Port
            : ScopeOf(named) < ScopeOf(Endpoint);

    /// <summary>How far an address has a meaning: 0 on its own machine, 1 on its link, 2 in a private network (RFC 1918, 6598, 4193), 3
    /// everywhere.</summary>
    private static int ScopeOf(in SipEndpoint endpoint)
    {
        if (endpoint.IsIPv4)
        {
            uint address = (uint)endpoint.AddressBits;
            return (address >> 24) switch
            {
                0 or 127 => 0,
                169 when address >> 16 == 0xA9FE => 1,
                10 => 2,
                172 when address >> 20 == 0xAC1 => 2,
                192 when address >> 16 == 0xC0A8 => 2,
                100 when address >> 22 == 0x191 => 2,
                _ => 3,
            };
        }

        uint start = (uint)(endpoint.AddressBits >> 96);
        return endpoint.AddressBits <= 1 ? 0
            : start >> 22 == 0x3FA ? 1
            : start >> 25 == 0x7E ? 2
            : 3;
    }
}
