using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace HotPath.Rpc.Tests;

/// <summary>Promise: TLS runs over bytes however the wire cuts them, all on the thread that brings them.</summary>
public sealed class CipherStreamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1460)]
    [InlineData(int.MaxValue)]
    public void A_handshake_and_a_message_cross_a_wire_that_cuts_them(int segmentLength)
    {
        using TestAuthority authority = new();
        using CipherStream clientSide = new(() => { }), serverSide = new(() => { });
        using SslStream client = new(clientSide), server = new(serverSide);
        SslClientAuthenticationOptions trusting = EngineTls.FromFiles(authority.File).CreateOptions("engine.example");
        using X509Certificate2 certificate = authority.Issue("engine.example");
        Task shaking = Task.WhenAll(
            server.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }),
            client.AuthenticateAsClientAsync(trusting));
        Bring();
        Assert.True(shaking.IsCompletedSuccessfully);

        byte[] sent = new byte[40_000], received = new byte[sent.Length];
        new Random(1).NextBytes(sent);
        ValueTask reading = server.ReadExactlyAsync(received, TestContext.Current.CancellationToken);
        client.Write(sent);
        Bring();
        Assert.True(reading.IsCompletedSuccessfully);
        Assert.Equal(sent, received);

        ValueTask<int> last = server.ReadAsync(received, TestContext.Current.CancellationToken);
        Assert.False(last.IsCompleted);
        serverSide.End();
        Assert.True(last.IsCompletedSuccessfully);

        void Bring()
        {
            while (BringOne(clientSide, serverSide) | BringOne(serverSide, clientSide))
            {
            }
        }

        bool BringOne(CipherStream from, CipherStream to)
        {
            byte[] segment = from.Outgoing.Pending[..Math.Min(segmentLength, from.Outgoing.Length)].ToArray();
            from.Outgoing.Consume(segment.Length);
            to.Receive(segment);
            return segment.Length > 0;
        }
    }
}
