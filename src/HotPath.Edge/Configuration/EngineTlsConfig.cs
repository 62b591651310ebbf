using HotPath.Rpc;

namespace HotPath.Edge;

/// <summary>How the engines that are written <c>tls://HOST:PORT</c> are reached: PEM files, as in <see cref="EngineTls.FromFiles"/>.</summary>
public sealed class EngineTlsConfig
{
    /// <summary>Certificates of the authorities to trust. Default: the machine's.</summary>
    public string? Authorities { get; set; }

    /// <summary>Certificate to show to the engines. Default: none.</summary>
    public string? Certificate { get; set; }

    /// <summary>Its private key. Default: in the certificate's file.</summary>
    public string? Key { get; set; }

    /// <summary>Name that the engines' certificates must be for. Default: the host of each engine's address.</summary>
    public string? ServerName { get; set; }
}
