using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HotPath.Rpc;

/// <summary>
/// How an engine is reached over TLS: whom to trust, which name to expect, what to show. TLS 1.2 or 1.3; a certificate that is not
/// trusted, has expired or is for another name is refused, and the engine's state says why. Neither revocation lists nor missing
/// intermediate certificates are fetched: connecting depends on the engine alone. The handshake takes about 1 ms of the
/// client's thread, the first of a process some 50 ms. Immutable; any thread.
/// </summary>
public sealed class EngineTls
{
    private readonly X509Certificate2Collection? _authorities;
    private readonly SslStreamCertificateContext? _certificate;
    private readonly string? _serverName;

    private EngineTls(X509Certificate2Collection? authorities, SslStreamCertificateContext? certificate, string? serverName)
    {
        _authorities = authorities;
        _certificate = certificate;
        _serverName = serverName;
    }

    /// <summary>Trusts the machine's authorities, expects the name or address that is connected to, shows no certificate.</summary>
    public static EngineTls Default { get; } = new(null, null, null);

    /// <summary>Reads certificates from PEM files, now: a file that is changed later is not read again.</summary>
    /// <param name="authoritiesFile">Certificates of the authorities to trust, instead of the machine's; <c>null</c>: the machine's.</param>
    /// <param name="certificateFile">A certificate to show to the engine, followed by its intermediates if it has any; <c>null</c>: none.</param>
    /// <param name="keyFile">The certificate's private key, not encrypted; <c>null</c>: it is in <paramref name="certificateFile"/>.</param>
    /// <param name="serverName">The name that the engine's certificate must be for; <c>null</c>: the one that is connected to.</param>
    /// <exception cref="IOException">A file cannot be read, or holds no certificate or key; the message names it.</exception>
    public static EngineTls FromFiles(string? authoritiesFile = null, string? certificateFile = null, string? keyFile = null, string? serverName = null) =>
        new(
            authoritiesFile is null ? null : Read(authoritiesFile, ReadCertificates),
            certificateFile is null ? null : Read(certificateFile, file => ReadCertificateWithKey(file, keyFile)),
            serverName);

    /// <summary>The options of a connection to this host.</summary>
    internal SslClientAuthenticationOptions CreateOptions(string host)
    {
        X509ChainPolicy policy = new() { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (_authorities is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(_authorities);
        }

        return new SslClientAuthenticationOptions
        {
            TargetHost = _serverName ?? host,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateChainPolicy = policy,
            ClientCertificateContext = _certificate,
            AllowRenegotiation = false,

            // A certificate is judged at each connect, not remembered.
            AllowTlsResume = false,
        };
    }

    private static X509Certificate2Collection ReadCertificates(string file)
    {
        X509Certificate2Collection certificates = [];
        certificates.ImportFromPemFile(file);
        return certificates.Count > 0 ? certificates : throw new CryptographicException("it holds no certificate in PEM form");
    }

    private static SslStreamCertificateContext ReadCertificateWithKey(string file, string? keyFile) =>
        SslStreamCertificateContext.Create(X509Certificate2.CreateFromPemFile(file, keyFile), ReadCertificates(file), offline: true);

    private static T Read<T>(string file, Func<string, T> read)
    {
        try
        {
            return read(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new IOException($"Certificates cannot be read from {file}: {failure.Message}", failure);
        }
    }
}
