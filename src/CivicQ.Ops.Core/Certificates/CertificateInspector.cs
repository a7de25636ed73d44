using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Security.Cryptography;
using CivicQ.Ops.Core.Measures;
using CivicQ.Ops.Core.Texts;

namespace CivicQ.Ops.Core.Certificates;

/// <summary>Looks at a certificate and says what is wrong with it: times, name, chain, key, signature.</summary>
internal static class CertificateInspector
{
    private const int SmallestRsaKey = 2048;
    private const int SmallestCurve = 224;
    private const X509ChainStatusFlags Time = X509ChainStatusFlags.NotTimeValid | X509ChainStatusFlags.NotTimeNested;

    /// <summary>Inspects.</summary>
    /// <param name="leaf">The certificate.</param>
    /// <param name="sent">What came with it.</param>
    /// <param name="endpoint">Where it was found.</param>
    /// <param name="serverName">The name that it must be valid for, if known.</param>
    /// <param name="trust">Whom to trust.</param>
    /// <param name="checkRevocation">True to ask its authority for revocation (network).</param>
    /// <returns>The findings; environment, protocol and cipher suite are the caller's to fill in.</returns>
    public static CertificateInfo Inspect(
        X509Certificate2 leaf, X509Certificate2Collection sent, string endpoint, string? serverName, TrustStore trust, bool checkRevocation)
    {
        var now = DateTimeOffset.UtcNow;
        using var chain = trust.Build(leaf, sent, policy => LookAtRevocation(policy, checkRevocation));
        var status = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        var names = Names(leaf);
        var selfSigned = IsSelfSigned(leaf);
        var complete = (status & X509ChainStatusFlags.PartialChain) == 0;
        var trusted = complete && (status & X509ChainStatusFlags.UntrustedRoot) == 0;
        bool? nameMatches = serverName is null ? null : leaf.MatchesHostname(serverName, allowWildcards: true, allowCommonName: false);
        var (algorithm, bits) = Key(leaf);
        var notBefore = Utc(leaf.NotBefore);
        var notAfter = Utc(leaf.NotAfter);

        List<string> refusals = [];
        List<string> weaknesses = [];
        if (now > notAfter)
        {
            refusals.Add($"expired {Measure.Duration(now - notAfter)} ago");
        }
        else if (now < notBefore)
        {
            refusals.Add($"not valid before {notBefore.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC");
        }

        if (nameMatches == false && !trust.SkipVerification)
        {
            refusals.Add(names.Count == 0 ? $"has no name at all, not '{serverName}'" : $"is not for '{serverName}' but for {Few(names)}");
        }

        if (!trusted && !trust.SkipVerification)
        {
            refusals.Add(selfSigned ? "self-signed"
                : complete ? $"signed by an authority that nobody trusts ({Short(chain.ChainElements[^1].Certificate)})"
                : $"the chain is incomplete: the certificate of '{leaf.GetNameInfo(X509NameType.SimpleName, forIssuer: true)}' is missing");
        }

        refusals.AddRange(Others(chain, status, now));
        if (algorithm == "RSA" && bits < SmallestRsaKey)
        {
            weaknesses.Add($"RSA key of {bits} bits, under {SmallestRsaKey}");
        }
        else if (algorithm == "ECDSA" && bits < SmallestCurve)
        {
            weaknesses.Add($"elliptic curve of {bits} bits, under {SmallestCurve}");
        }

        var signature = leaf.SignatureAlgorithm.FriendlyName ?? leaf.SignatureAlgorithm.Value ?? "";
        if (!selfSigned && (signature.Contains("sha1", StringComparison.OrdinalIgnoreCase) || signature.Contains("md5", StringComparison.OrdinalIgnoreCase)))
        {
            weaknesses.Add($"signed with {signature}, which can be forged");
        }

        return new CertificateInfo
        {
            Endpoint = endpoint,
            ServerName = serverName,
            Subject = OneLine.Of(leaf.Subject),
            Names = names,
            Issuer = OneLine.Of(leaf.Issuer),
            Serial = leaf.SerialNumber,
            Thumbprint = Thumbprint(leaf),
            NotBefore = notBefore,
            NotAfter = notAfter,
            DaysLeft = Math.Round((notAfter - now).TotalDays, 2),
            KeyAlgorithm = algorithm,
            KeyBits = bits,
            SignatureAlgorithm = signature,
            Chain = [.. chain.ChainElements.Select(element => Describe(element.Certificate, leaf, sent))],
            ChainComplete = complete,
            Trusted = trusted,
            NameMatches = nameMatches,
            Problems = [.. refusals.Concat(weaknesses).Select(OneLine.Of)],
            Refused = refusals.Count > 0,
            CheckedAt = now,
        };
    }

    /// <summary>SHA-256 of the certificate, hexadecimal.</summary>
    public static string Thumbprint(X509Certificate2 certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256);

    private static IEnumerable<string> Others(X509Chain chain, X509ChainStatusFlags status, DateTimeOffset now)
    {
        // The leaf's own times are told already; an intermediate or root that expired breaks the chain as well.
        foreach (var element in chain.ChainElements.Skip(1).Where(_ => (status & Time) != 0))
        {
            if (now > Utc(element.Certificate.NotAfter))
            {
                yield return $"the chain's '{Short(element.Certificate)}' has expired";
            }
        }

        if ((status & X509ChainStatusFlags.Revoked) != 0)
        {
            yield return "revoked";
        }

        if ((status & X509ChainStatusFlags.NotSignatureValid) != 0)
        {
            yield return "a signature in the chain is false";
        }

        if ((status & X509ChainStatusFlags.RevocationStatusUnknown) != 0)
        {
            yield return "whether it is revoked cannot be found out";
        }

        const X509ChainStatusFlags Told = Time | X509ChainStatusFlags.Revoked | X509ChainStatusFlags.NotSignatureValid | X509ChainStatusFlags.RevocationStatusUnknown
            | X509ChainStatusFlags.OfflineRevocation | X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain;
        foreach (var other in chain.ChainStatus.Where(other => (other.Status & ~Told) != 0))
        {
            yield return other.StatusInformation.Trim().TrimEnd('.');
        }
    }

    private static void LookAtRevocation(X509ChainPolicy policy, bool check)
    {
        if (check)
        {
            policy.RevocationMode = X509RevocationMode.Online;
            policy.RevocationFlag = X509RevocationFlag.ExcludeRoot;
            policy.UrlRetrievalTimeout = TimeSpan.FromSeconds(5);
        }
    }

    private static List<string> Names(X509Certificate2 certificate)
    {
        List<string> names = [];
        foreach (var extension in certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>())
        {
            try
            {
                names.AddRange(extension.EnumerateDnsNames().Select(OneLine.Of));
                names.AddRange(extension.EnumerateIPAddresses().Select((IPAddress address) => address.ToString()));
            }
            catch (CryptographicException)
            {
                // A damaged extension names nobody; the name check says the rest.
            }
        }

        return names;
    }

    private static (string Algorithm, int Bits) Key(X509Certificate2 certificate)
    {
        try
        {
            if (certificate.GetRSAPublicKey() is { } rsa)
            {
                using (rsa)
                {
                    return ("RSA", rsa.KeySize);
                }
            }

            if (certificate.GetECDsaPublicKey() is { } curve)
            {
                using (curve)
                {
                    return ("ECDSA", curve.KeySize);
                }
            }
        }
        catch (CryptographicException)
        {
            // A curve or key that this machine does not know: its identifier is all there is to say.
        }

        var oid = certificate.PublicKey.Oid;
        return (oid.FriendlyName ?? oid.Value ?? "", 0);
    }

    private static ChainCertificate Describe(X509Certificate2 certificate, X509Certificate2 leaf, X509Certificate2Collection sent) => new(
        OneLine.Of(certificate.Subject), OneLine.Of(certificate.Issuer), Utc(certificate.NotAfter), Thumbprint(certificate),
        certificate.RawDataMemory.Span.SequenceEqual(leaf.RawDataMemory.Span)
            || sent.Any(other => other.RawDataMemory.Span.SequenceEqual(certificate.RawDataMemory.Span)));

    private static bool IsSelfSigned(X509Certificate2 certificate) =>
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);

    private static DateTimeOffset Utc(DateTime time) => new(time.ToUniversalTime(), TimeSpan.Zero);

    private static string Short(X509Certificate2 certificate) => certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);

    private static string Few(List<string> names) =>
        string.Join(", ", names.Take(4)) + (names.Count > 4 ? string.Create(CultureInfo.InvariantCulture, $" and {names.Count - 4} more") : "");
}
