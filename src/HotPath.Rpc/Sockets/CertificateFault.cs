using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace HotPath.Rpc;

/// <summary>What is wrong with the certificate of an engine, in the words of an operator's log.</summary>
internal static class CertificateFault
{
    public static string Describe(SslPolicyErrors errors, X509Certificate2? certificate, X509Chain? chain, string? expectedName)
    {
        if (certificate is null || (errors & SslPolicyErrors.RemoteCertificateNotAvailable) != 0)
        {
            return "it shows no certificate";
        }

        foreach (X509ChainElement element in chain?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            if (element.ChainElementStatus.Any(it => (it.Status & X509ChainStatusFlags.NotTimeValid) != 0))
            {
                DateTime until = element.Certificate.NotAfter.ToUniversalTime();
                return until < DateTime.UtcNow
                    ? $"the certificate of {element.Certificate.Subject} expired on {Format(until)}"
                    : $"the certificate of {element.Certificate.Subject} is not valid before {Format(element.Certificate.NotBefore.ToUniversalTime())}";
            }
        }

        if ((errors & SslPolicyErrors.RemoteCertificateChainErrors) != 0)
        {
            string what = string.Join(", ", chain?.ChainStatus.Select(it => it.Status) ?? []);
            return $"its certificate, issued by {certificate.Issuer}, is not trusted ({what})";
        }

        string names = string.Join(", ", certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(it =>
            it.EnumerateDnsNames().Concat(it.EnumerateIPAddresses().Select(address => address.ToString()))));
        return $"its certificate is not for {expectedName}, but for {(names.Length > 0 ? names : certificate.Subject)}";
    }

    private static string Format(DateTime time) => time.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
