namespace HotPath.Sip.Fuzz;

/// <summary>Reads everything that can be read out of a message, whatever it holds, and checks that all of it lies inside the message.</summary>
internal static class ViewWalk
{
    private static readonly SipHeaderId[] s_ids = Enum.GetValues<SipHeaderId>();

    /// <summary>Walks every view over an indexed message. Returns the number of bytes that the views showed.</summary>
    public static int Walk(SipMessage message)
    {
        Seen seen = new(message.Bytes);
        seen.Add(message.MethodText);
        seen.Add(message.RequestUri);
        seen.Add(message.ReasonPhrase);
        seen.Add(message.CallId);
        seen.Add(message.CSeqMethodText);
        seen.Add(message.FromTag);
        seen.Add(message.ToTag);
        seen.Add(message.Body);
        Walk(ref seen, message.From);
        Walk(ref seen, message.To);
        Walk(ref seen, message.TopVia);
        AssertSame(message.From, message.Find(SipHeaderId.From));
        AssertSame(message.To, message.Find(SipHeaderId.To));
        AssertSameVia(message);
        WalkUri(ref seen, message.RequestUri);
        Assert.InRange(message.MaxForwards, -1, 255);
        Assert.InRange((int)message.Privacy, 0, byte.MaxValue);

        ReadOnlySpan<byte> before = default;
        for (int i = 0; i < message.HeaderCount; i++)
        {
            SipHeader header = message.GetHeader(i);
            seen.Add(header.Name);
            seen.Add(header.Value);
            seen.Add(header.Line);
            Assert.True(header.Line.StartsWith(header.Name));
            Assert.True(before.IsEmpty || !before.Overlaps(header.Line));
            before = header.Line;
            WalkValue(ref seen, header.Value);
        }

        foreach (SipHeaderId id in s_ids)
        {
            int lines = 0;
            foreach (SipHeader line in message.Lines(id))
            {
                Assert.Equal(id, line.Id);
                lines++;
            }

            Assert.Equal(lines > 0, message.Has(id));
            foreach (ReadOnlySpan<byte> value in message.Values(id))
            {
                seen.Add(value);
                if (!message.Find(id).SequenceEqual(value)) WalkValue(ref seen, value);
            }
        }

        return seen.Count;
    }

    /// <summary>The message's own view, which knows the usual form in one step, agrees with the one that reads any form.</summary>
    private static void AssertSame(SipNameAddr fromMessage, ReadOnlySpan<byte> value)
    {
        SipNameAddr.TryParse(value, out SipNameAddr fromValue);
        Assert.True(
            fromMessage.DisplayName.SequenceEqual(fromValue.DisplayName) && fromMessage.Uri.SequenceEqual(fromValue.Uri)
            && fromMessage.Parameters.SequenceEqual(fromValue.Parameters) && fromMessage.Tag.SequenceEqual(fromValue.Tag));
    }

    private static void AssertSameVia(SipMessage message)
    {
        SipHeaderValues values = message.Values(SipHeaderId.Via);
        SipVia fromValue = default;
        if (values.MoveNext()) SipVia.TryParse(values.Current, out fromValue);

        SipVia via = message.TopVia;
        Assert.True(
            via.Transport.SequenceEqual(fromValue.Transport) && via.Host.SequenceEqual(fromValue.Host) && via.Port == fromValue.Port
            && via.Branch.SequenceEqual(fromValue.Branch) && via.Received.SequenceEqual(fromValue.Received) && via.RPort == fromValue.RPort
            && via.Maddr.SequenceEqual(fromValue.Maddr) && via.Ttl == fromValue.Ttl && via.Parameters.SequenceEqual(fromValue.Parameters));
    }

    // Every view over every value: what a value is meant to be is not known to those who send nonsense.
    private static void WalkValue(ref Seen seen, ReadOnlySpan<byte> value)
    {
        if (SipNameAddr.TryParse(value, out SipNameAddr address)) Walk(ref seen, address);
        if (SipVia.TryParse(value, out SipVia via)) Walk(ref seen, via);

        WalkUri(ref seen, value);
        SipDeltaSeconds.TryParse(value, out SipDeltaSeconds seconds);
        seen.Add(seconds.Comment);
        WalkParameters(ref seen, seconds.Parameters);
        SipSessionExpires.TryParse(value, out _);
        SipRAck.TryParse(value, out SipRAck rack);
        seen.Add(rack.MethodText);
        SipReplaces.TryParse(value, out SipReplaces replaces);
        seen.Add(replaces.CallId);
        seen.Add(replaces.ToTag);
        seen.Add(replaces.FromTag);
        if (SipDiversion.TryParse(value, out SipDiversion diversion)) Assert.InRange(diversion.Counter, 1, 99);

        seen.Add(diversion.Reason);
        SipReason.TryParse(value, out SipReason reason);
        seen.Add(reason.Protocol);
        seen.Add(reason.Text);
        SipWarning.TryParse(value, out SipWarning warning);
        seen.Add(warning.Agent);
        seen.Add(warning.Text);
        if (!SipAuthentication.TryParse(value, out SipAuthentication authentication)) return;

        seen.Add(authentication.Scheme);
        SipAuthParameterReader parameters = authentication.Parameters;
        while (parameters.MoveNext())
        {
            seen.Add(parameters.Name);
            seen.Add(parameters.Value);
        }

        seen.Add(authentication.Nonce);
    }

    private static void Walk(ref Seen seen, SipNameAddr address)
    {
        seen.Add(address.DisplayName);
        seen.Add(address.Uri);
        seen.Add(address.Tag);
        WalkParameters(ref seen, address.Parameters);
        WalkUri(ref seen, address.Uri);
    }

    private static void Walk(ref Seen seen, SipVia via)
    {
        seen.Add(via.Transport);
        seen.Add(via.Host);
        seen.Add(via.Branch);
        seen.Add(via.Received);
        seen.Add(via.Maddr);
        WalkParameters(ref seen, via.Parameters);
        Assert.InRange(via.Port, 0, ushort.MaxValue);
        Assert.InRange(via.RPort, SipVia.NoRPort, ushort.MaxValue);
    }

    private static void WalkUri(ref Seen seen, ReadOnlySpan<byte> text)
    {
        if (!SipUri.TryParse(text, out SipUri uri)) return;

        seen.Add(uri.User);
        seen.Add(uri.Password);
        seen.Add(uri.Host);
        seen.Add(uri.Headers);
        WalkParameters(ref seen, uri.Parameters);
        Span<byte> user = stackalloc byte[64];
        uri.TryDecodeUser(user, out int written);
        Assert.InRange(written, 0, Math.Min(user.Length, uri.User.Length));
    }

    private static void WalkParameters(ref Seen seen, ReadOnlySpan<byte> text)
    {
        seen.Add(text);
        SipParameterReader reader = new(text);
        while (reader.MoveNext())
        {
            seen.Add(reader.Name);
            seen.Add(reader.Value);
        }
    }

    /// <summary>Counts bytes of a message, and nothing else.</summary>
    private ref struct Seen(ReadOnlySpan<byte> message)
    {
        private readonly ReadOnlySpan<byte> _message = message;

        public int Count { get; private set; }

        public void Add(ReadOnlySpan<byte> part)
        {
            Assert.True(part.IsEmpty || (_message.Overlaps(part, out int offset) && offset >= 0 && offset + part.Length <= _message.Length), "A view shows bytes that are not in the message.");
            Count += part.Length;
        }
    }
}
