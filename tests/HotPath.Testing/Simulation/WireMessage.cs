using System.Text;
using HotPath.Sip;

namespace HotPath.Testing;

/// <summary>A message on the simulated wire, taken apart as far as <see cref="WireRules"/> looks at it.</summary>
internal sealed class WireMessage
{
    public WireMessage(ReadOnlySpan<byte> bytes, SipMessageIndex index)
    {
        IsWellFormed = SipParser.Parse(bytes, index).IsOk;
        Bytes = bytes.ToArray();
        SipMessage message = new(bytes, index);
        IsRequest = message.IsRequest;
        Method = Text(IsRequest ? message.MethodText : message.CSeqMethodText);
        Status = IsRequest ? 0 : message.StatusCode;
        CSeq = message.CSeqNumber;
        CallId = Text(message.CallId);
        FromTag = Text(message.FromTag);
        ToTag = Text(message.ToTag);
        Branch = Text(message.TopVia.Branch);
        MaxForwards = message.MaxForwards;
        RequestUri = IsRequest ? Text(message.RequestUri) : "";
        foreach (ReadOnlySpan<byte> via in message.Values(SipHeaderId.Via))
        {
            Vias.Add(Text(via));
        }

        EndToEnd = $"{Text(message.Find(SipHeaderId.From))}\n{Text(message.Find(SipHeaderId.To))}\n{CallId}\n{CSeq} {Method}\n"
            + $"{Text(message.Find(SipHeaderId.Contact))}\n{Text(message.Body)}";
        HasRecordRoute = message.Has(SipHeaderId.RecordRoute);
        IsRefusedForNow = Status == 503 && message.Has(SipHeaderId.RetryAfter);
    }

    public bool IsWellFormed { get; }

    public byte[] Bytes { get; }

    public bool IsRequest { get; }

    /// <summary>The method; of a response, that of the request it answers.</summary>
    public string Method { get; }

    public int Status { get; }

    public uint CSeq { get; }

    public string CallId { get; }

    public string FromTag { get; }

    public string ToTag { get; }

    /// <summary>The branch of the topmost Via.</summary>
    public string Branch { get; }

    public int MaxForwards { get; }

    public string RequestUri { get; }

    public List<string> Vias { get; } = [];

    public bool HasRecordRoute { get; }

    /// <summary>503 that says when to come again.</summary>
    public bool IsRefusedForNow { get; }

    /// <summary>What a proxy hands on untouched.</summary>
    public string EndToEnd { get; }

    /// <summary>Names the transaction; an ACK's is the INVITE's.</summary>
    public string TransactionKey => $"{Branch} {(Method == "ACK" ? "INVITE" : Method)}";

    public override string ToString() => $"{(IsRequest ? Method : $"{Status} to {Method}")} {CSeq} of {CallId}";

    public static string BranchOf(string via)
    {
        int start = via.IndexOf(";branch=", StringComparison.OrdinalIgnoreCase);
        if (start < 0)
        {
            return "";
        }

        start += ";branch=".Length;
        int end = via.IndexOf(';', start);
        return end < 0 ? via[start..] : via[start..end];
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
