using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace HotPath.Rpc;

/// <summary>
/// A TCP link under TLS. It is open when the handshake is done; a certificate that it refuses is the reason of its end. Everything happens
/// inside the TCP link's callbacks, on the loop's thread. Of what <see cref="Send"/> has taken, up to 128 kB may still wait here,
/// encrypted, for the network. Allocates nothing in steady state.
/// </summary>
internal sealed class TlsLink : IEngineLink, IEngineLinkHandler, ILoopWork
{
    private const int MaxUnsentBytes = 64 * 1024;

    /// <summary>The most that one TLS record holds.</summary>
    private const int MaxRecordBytes = 16 * 1024;

    private readonly SocketLoop _loop;
    private readonly CipherStream _cipher;
    private readonly SslStream _tls;
    private readonly SslClientAuthenticationOptions? _clientOptions;
    private readonly SslServerAuthenticationOptions? _serverOptions;
    private readonly byte[] _received = new byte[MaxRecordBytes];
    private IEngineLinkHandler? _handler;
    private IEngineLink? _link;
    private Timer? _handshakeTimer;
    private State _state;
    private string? _fault;
    private bool _isSending;
    private bool _isShort;

    private TlsLink(SocketLoop loop, SslClientAuthenticationOptions? clientOptions, SslServerAuthenticationOptions? serverOptions)
    {
        _loop = loop;
        _clientOptions = clientOptions;
        _serverOptions = serverOptions;
        _cipher = new CipherStream(OnWritten);
        _tls = new SslStream(_cipher);
    }

    private enum State : byte
    {
        Connecting,
        ShakingHands,
        Open,

        /// <summary>Over, and the handler is yet to be told.</summary>
        Failed,
        Closed,
    }

    /// <summary>Begins to connect; the handshake follows by itself.</summary>
    public static TlsLink Connect(SocketEngineNetwork network, EngineAddress address, EngineTls tls, IEngineLinkHandler handler)
    {
        SslClientAuthenticationOptions options = tls.CreateOptions(address.Host);
        TlsLink link = new(network.Loop, options, null) { _handler = handler };
        options.RemoteCertificateValidationCallback = link.IsTrusted;
        link._link = SocketLink.Connect(network, address, link);
        return link;
    }

    /// <summary>Takes over an accepted socket. The handshake begins with <see cref="Start"/>, and must end within this time.</summary>
    public static TlsLink Accepted(SocketLoop loop, Socket socket, SslServerAuthenticationOptions options, TimeSpan handshakeTimeout)
    {
        TlsLink link = new(loop, null, options) { _link = SocketLink.Accepted(loop, socket) };
        link._handshakeTimer = new Timer(_ => loop.Post(link), null, handshakeTimeout, Timeout.InfiniteTimeSpan);
        return link;
    }

    /// <summary>Begins the server's side of the handshake.</summary>
    public void Start(IEngineLinkHandler handler)
    {
        _handler = handler;
        ((SocketLink)_link!).Start(this);
    }

    /// <inheritdoc/>
    public int Send(ReadOnlySpan<byte> bytes)
    {
        if (_state != State.Open)
        {
            return 0;
        }

        int taken = 0;
        while (taken < bytes.Length && _cipher.Outgoing.Length < MaxUnsentBytes)
        {
            int length = Math.Min(bytes.Length - taken, MaxUnsentBytes);
            if (!TryEncrypt(bytes.Slice(taken, length)))
            {
                return taken;
            }

            taken += length;
            SendOutgoing();
        }

        _isShort = taken < bytes.Length;
        return taken;
    }

    /// <inheritdoc/>
    public void Close()
    {
        if (_state == State.Open)
        {
            // So that the other side can tell an end from a cut.
            _ = _tls.ShutdownAsync();
        }

        End(State.Closed);
    }

    void IEngineLinkHandler.OnOpened()
    {
        _state = State.ShakingHands;
        Converse();
    }

    void IEngineLinkHandler.OnReceived(ReadOnlySpan<byte> bytes) => _cipher.Receive(bytes);

    void IEngineLinkHandler.OnWritable()
    {
        SendOutgoing();
        if (_isShort && _cipher.Outgoing.Length == 0 && _state == State.Open)
        {
            _isShort = false;
            _handler!.OnWritable();
        }
    }

    void IEngineLinkHandler.OnClosed(string reason) => Fail(_state == State.ShakingHands ? $"{reason} during the TLS handshake" : reason);

    /// <summary>What failed inside a call of the handler, or elsewhere than on the loop, is told from the loop.</summary>
    void ILoopWork.Run()
    {
        if (_state == State.Failed)
        {
            _state = State.Closed;
            _handler!.OnClosed(_fault!);
        }
        else if (_state == State.ShakingHands)
        {
            Fail("no TLS handshake within its time");
        }
    }

    /// <summary>
    /// Shakes hands, then reads, until the link ends. Goes on inside <see cref="CipherStream.Receive"/>, whenever bytes have come. What
    /// <see cref="SslStream"/> throws, whatever it is, ends this link and nothing else.
    /// </summary>
    private async void Converse()
    {
        try
        {
            await (_clientOptions is not null
                ? _tls.AuthenticateAsClientAsync(_clientOptions)
                : _tls.AuthenticateAsServerAsync(_serverOptions!)).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            Fail($"TLS handshake failed: {_fault ?? failure.GetBaseException().Message}");
        }

        if (_state == State.ShakingHands)
        {
            _state = State.Open;
            _handshakeTimer?.Dispose();
            _handler!.OnOpened();
        }

        while (_state == State.Open)
        {
            int length = 0;
            string reason = "closed by the other side";
            try
            {
                length = await _tls.ReadAsync(_received).ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                reason = $"TLS failed: {failure.GetBaseException().Message}";
            }

            if (length == 0)
            {
                Fail(reason);
            }
            else if (_state == State.Open)
            {
                _handler!.OnReceived(_received.AsSpan(0, length));
            }
        }

        _tls.Dispose();
    }

    private bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
        {
            return true;
        }

        _fault = CertificateFault.Describe(errors, certificate as X509Certificate2, chain, _clientOptions!.TargetHost);
        return false;
    }

    private bool TryEncrypt(ReadOnlySpan<byte> bytes)
    {
        // Several records leave together.
        _isSending = true;
        try
        {
            _tls.Write(bytes);
            return true;
        }
        catch (Exception failure)
        {
            _fault = $"TLS failed: {failure.GetBaseException().Message}";
            End(State.Failed);
            _loop.Post(this);
            return false;
        }
        finally
        {
            _isSending = false;
        }
    }

    private void OnWritten()
    {
        if (!_isSending)
        {
            SendOutgoing();
        }
    }

    private void SendOutgoing()
    {
        if (_cipher.Outgoing.Length > 0)
        {
            _cipher.Outgoing.Consume(_link!.Send(_cipher.Outgoing.Pending));
        }
    }

    private void Fail(string reason)
    {
        if (_state is not (State.Failed or State.Closed))
        {
            End(State.Closed);
            _handler!.OnClosed(reason);
        }
    }

    private void End(State state)
    {
        _state = state;
        _handshakeTimer?.Dispose();
        _link!.Close();

        // Lets the conversation come to its end, if it waits for bytes.
        _cipher.End();
    }
}
