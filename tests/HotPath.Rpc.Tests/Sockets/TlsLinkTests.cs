using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using HotPath.Commands;
using HotPath.Testing;

namespace HotPath.Rpc.Tests;

/// <summary>
/// Promise: an engine can be spoken to under TLS by the loop's own thread; a certificate that is not to be trusted, or a handshake that fails
/// or never ends, is a connection that fails with a clear reason; a round trip allocates nothing.
/// </summary>
[Collection(nameof(AllocationTests))]
public sealed class TlsLinkTests : IDisposable, ISocketHandler
{
    private const string Host = "127.0.0.1";
    private const int MaxTurns = 100_000; // Only a failing test comes near.

    private readonly SocketLoop _loop = new();
    private readonly TestAuthority _authority = new();
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
    private readonly EngineAddress _address;
    private Action<Socket> _accept = socket => socket.Dispose();
    private int _accepted;

    public TlsLinkTests()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _loop.Add(_listener, this);
        _address = new EngineAddress(Host, ((IPEndPoint)_listener.LocalEndPoint!).Port) { Tls = EngineTls.FromFiles(_authority.File) };
    }

    [Fact]
    public void What_is_sent_arrives_whole_however_slowly_the_network_takes_it()
    {
        Recorder server = Serve(_authority.Issue(Host));
        Recorder client = Connect();
        byte[] sent = new byte[8 * 1024 * 1024];
        new Random(1).NextBytes(sent);
        int taken = 0;
        client.Writable = () => taken += client.Link!.Send(sent.AsSpan(taken));
        RunUntil(() => client.IsOpen && server.IsOpen);
        client.Writable();
        Assert.InRange(taken, 1, sent.Length - 1);
        server.Link!.Send("hello"u8);
        RunUntil(() => server.Received.Length == sent.Length && client.Received.Length == 5);
        Assert.Equal(sent, server.Received.ToArray());
        Assert.Equal("hello"u8.ToArray(), client.Received.ToArray());
    }

    [Fact]
    public void The_end_of_one_side_is_told_to_the_other()
    {
        Recorder server = Serve(_authority.Issue(Host));
        Recorder client = Connect();
        RunUntil(() => client.IsOpen && server.IsOpen);
        server.Link!.Send("last words"u8);
        server.Link.Close();
        RunUntil(() => client.Reason is not null);
        Assert.Equal(("closed by the other side", 10L), (client.Reason, client.Received.Length));
        Assert.Null(server.Reason);
        Assert.Equal(0, client.Link!.Send("too late"u8));
    }

    [Theory]
    [InlineData("other.example", -1, 1, "its certificate is not for 127.0.0.1, but for other.example")]
    [InlineData(Host, -3, -2, "the certificate of CN=127.0.0.1 expired on ")]
    [InlineData(Host, 2, 3, "the certificate of CN=127.0.0.1 is not valid before ")]
    public void A_certificate_that_does_not_hold_is_the_reason(string name, int fromDays, int untilDays, string reason)
    {
        Serve(_authority.Issue(name, DateTimeOffset.UtcNow.AddDays(fromDays), DateTimeOffset.UtcNow.AddDays(untilDays)));
        Assert.StartsWith("TLS handshake failed: " + reason, ReasonOf(Connect()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_of_an_unknown_authority_is_refused()
    {
        using TestAuthority other = new("Somebody Else");
        Serve(other.Issue(Host));
        Assert.StartsWith("TLS handshake failed: its certificate, issued by CN=Somebody Else, is not trusted (", ReasonOf(Connect()), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_name_can_be_expected()
    {
        Recorder server = Serve(_authority.Issue("engine.example"));
        Recorder client = Connect(EngineTls.FromFiles(_authority.File, serverName: "engine.example"));
        RunUntil(() => client.IsOpen && server.IsOpen);
    }

    [Fact]
    public void An_engine_that_wants_a_certificate_is_shown_one()
    {
        X509Certificate2? shown = null;
        SslServerAuthenticationOptions options = ServerOptions(_authority.Issue(Host));
        options.ClientCertificateRequired = true;
        options.RemoteCertificateValidationCallback = (_, certificate, _, _) => (shown = certificate as X509Certificate2) is not null;
        Recorder server = Serve(options);
        X509Certificate2 mine = _authority.Issue("edge.example");
        string file = _authority.Write("edge.pem", mine.ExportCertificatePem());
        string key = _authority.Write("edge.key", mine.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        Recorder client = Connect(EngineTls.FromFiles(_authority.File, file, key));
        RunUntil(() => client.IsOpen && server.IsOpen);
        Assert.Equal(mine.SerialNumber, shown?.SerialNumber);

        // Without one the engine refuses; in TLS 1.3 that comes after the client's side of the handshake.
        Recorder refused = Connect();
        Assert.Matches("^TLS (handshake )?failed: |^closed by the other side|reset", ReasonOf(refused));
    }

    [Theory]
    [InlineData("", "closed by the other side during the TLS handshake")]
    [InlineData("{\"id\":1,\"result\":\"Pong\",\"error\":null}", "TLS handshake failed: ")]
    public void A_peer_that_ends_the_handshake_or_does_not_speak_TLS_is_one_that_fails(string answer, string reason)
    {
        _accept = socket =>
        {
            socket.Blocking = true;
            socket.Receive(new byte[4096]);
            socket.Send(Encoding.UTF8.GetBytes(answer));
            socket.Dispose();
        };
        Assert.StartsWith(reason, ReasonOf(Connect()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_refused_connection_is_one_under_TLS_too()
    {
        _loop.Remove(_listener);
        _listener.Dispose();
        Assert.Equal("connection refused", ReasonOf(Connect()));
    }

    [Fact]
    public void A_link_closed_while_it_shakes_hands_tells_nothing_more()
    {
        Recorder server = Serve(_authority.Issue(Host));
        Recorder client = Connect();
        RunUntil(() => _accepted == 1);
        client.Link!.Close();
        RunUntil(() => server.Reason is not null);
        Assert.Equal((false, null), (client.IsOpen, client.Reason));
    }

    [Fact]
    public void A_handshake_that_never_ends_is_bounded_by_the_connect_timeout()
    {
        List<Socket> held = [];
        _accept = held.Add;
        ManualTimeProvider time = new();
        using EngineClient client = CreateClient(_address, time);
        string? reason = null;
        client.StateChanged = change => reason = change.State == EngineState.Down ? change.Reason : reason;
        client.Start();
        RunUntil(() => held.Count == 1 && held[0].Available > 0, client);
        time.Advance(TimeSpan.FromMilliseconds(999));
        client.Advance();
        Assert.Null(reason);
        time.Advance(TimeSpan.FromMilliseconds(1));
        client.Advance();
        Assert.Equal("no connection within the connect timeout", reason);
        held.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public void A_client_that_does_not_shake_hands_is_hung_up_on_and_never_was_one()
    {
        ScriptedEngine engine = new();
        using RpcListener listener = new(
            _loop,
            new IPEndPoint(IPAddress.Loopback, 0),
            RpcPort.TwoWay,
            engine,
            new RpcServerLimits { TlsHandshakeTimeout = TimeSpan.FromMilliseconds(20) },
            ServerOptions(_authority.Issue(Host)));
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.EndPoint);
        RunUntil(() => listener.Connections == 1);
        RunUntil(() => listener.Connections == 0);
        Assert.Equal(0, client.Receive(new byte[1]));
        Assert.Empty(engine.Links);
    }

    [Fact]
    public void A_round_trip_under_TLS_allocates_nothing()
    {
        const int Batch = 16, Rounds = 500;
        SslServerAuthenticationOptions options = ServerOptions(_authority.Issue(Host));
        using RpcListener listener = new(_loop, new IPEndPoint(IPAddress.Loopback, 0), RpcPort.TwoWay, new GrantingSink(), tls: options);
        using EngineClient client = CreateClient(_address with { Port = listener.EndPoint.Port }, TimeProvider.System);
        client.Start();
        Counter counter = new();
        RunUntil(() => client.IsAvailable, client);
        RunRounds();
        Assert.Equal(0, SteadyState.AllocatedBytes(RunRounds));
        Assert.Equal((1 + SteadyState.Rounds) * Batch * Rounds, counter.Ok);

        void RunRounds()
        {
            for (int round = 0; round < Rounds; round++)
            {
                int expected = counter.Ok + Batch;
                for (int i = 0; i < Batch; i++)
                {
                    client.Send<AuthorizeEvent, AuthorizeReply>(new AuthorizeEvent { GetMaxUsage = true, Account = "1001" }, counter, i);
                }

                while (counter.Ok < expected)
                {
                    client.Advance();
                    client.Flush();
                    _loop.RunOnce(10);
                }
            }
        }
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_named()
    {
        string empty = _authority.Write("empty.pem", "");
        Assert.Contains("no-such-file.pem", Assert.Throws<IOException>(() => EngineTls.FromFiles("no-such-file.pem")).Message, StringComparison.Ordinal);
        Assert.Contains(empty, Assert.Throws<IOException>(() => EngineTls.FromFiles(empty)).Message, StringComparison.Ordinal);
        Assert.Contains(_authority.File, Assert.Throws<IOException>(() => EngineTls.FromFiles(null, _authority.File)).Message, StringComparison.Ordinal);
    }

    void ISocketHandler.OnReadable()
    {
        _accepted++;
        _accept(_listener.Accept());
    }

    void ISocketHandler.OnWritable()
    {
    }

    private Recorder Connect(EngineTls? tls = null)
    {
        Recorder client = new();
        client.Link = new SocketEngineNetwork(_loop).Open(_address with { Tls = tls ?? _address.Tls }, client);
        return client;
    }

    private Recorder Serve(X509Certificate2 certificate) => Serve(ServerOptions(certificate));

    /// <summary>Accepts whoever comes; the recorder is the last one's.</summary>
    private Recorder Serve(SslServerAuthenticationOptions options)
    {
        Recorder server = new();
        _accept = socket =>
        {
            TlsLink link = TlsLink.Accepted(_loop, socket, options, TimeSpan.FromSeconds(30));
            server.Link = link;
            link.Start(server);
        };
        return server;
    }

    private static SslServerAuthenticationOptions ServerOptions(X509Certificate2 certificate) => new() { ServerCertificate = certificate };

    private EngineClient CreateClient(EngineAddress address, TimeProvider time) =>
        new(new EngineClientOptions { Engines = [address] }, new SocketEngineNetwork(_loop), time);

    /// <summary>Why a connection ended that never was open to its user.</summary>
    private string ReasonOf(Recorder client)
    {
        RunUntil(() => client.Reason is not null);
        return client.Reason!;
    }

    private void RunUntil(Func<bool> isDone, EngineClient? client = null)
    {
        for (int turn = 0; !isDone(); turn++)
        {
            Assert.True(turn < MaxTurns, "It does not come to that.");
            client?.Advance();
            client?.Flush();
            _loop.RunOnce(10);
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        _loop.Dispose();
        _authority.Dispose();
    }

    /// <summary>Writes down what a link tells, and sees to it that everything is told on one thread.</summary>
    private sealed class Recorder : IEngineLinkHandler
    {
        private readonly int _thread = Environment.CurrentManagedThreadId;

        public IEngineLink? Link { get; set; }

        public Action? Writable { get; set; }

        public MemoryStream Received { get; } = new();

        public bool IsOpen { get; private set; }

        public string? Reason { get; private set; }

        public void OnOpened()
        {
            Assert.Equal((_thread, false, null), (Environment.CurrentManagedThreadId, IsOpen, Reason));
            IsOpen = true;
        }

        public void OnReceived(ReadOnlySpan<byte> bytes)
        {
            Assert.Equal((_thread, true, null), (Environment.CurrentManagedThreadId, IsOpen, Reason));
            Received.Write(bytes);
        }

        public void OnWritable()
        {
            Assert.Equal((_thread, true, null), (Environment.CurrentManagedThreadId, IsOpen, Reason));
            Writable?.Invoke();
        }

        public void OnClosed(string reason)
        {
            Assert.Equal((_thread, null), (Environment.CurrentManagedThreadId, Reason));
            Reason = reason;
        }
    }

    private sealed class GrantingSink : IRpcRequestSink
    {
        public void OnRequest(RpcServerLink link, in RpcRequest request) =>
            link.Reply(request.Id, new AuthorizeReply { MaxUsage = CgrDuration.FromSeconds(1) }, CgrDialect.Current);

        public void OnClosed(RpcServerLink link, string reason)
        {
        }
    }

    private sealed class Counter : IReplyHandler<AuthorizeReply>
    {
        public int Ok { get; private set; }

        public void OnReply(long state, in RpcOutcome<AuthorizeReply> outcome) => Ok += outcome.IsOk ? 1 : 0;
    }
}
