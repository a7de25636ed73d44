using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Certificates;

/// <summary>Whom an environment trusts: the machine's authorities, and the environment's own beside them.</summary>
internal sealed class TrustStore
{
    private readonly X509Certificate2Collection own;

    private TrustStore(X509Certificate2Collection own, bool skipVerification)
    {
        this.own = own;
        SkipVerification = skipVerification;
    }

    /// <summary>The machine's authorities alone.</summary>
    public static TrustStore Machine { get; } = new([], skipVerification: false);

    /// <summary>True where the environment says that any certificate will do.</summary>
    public bool SkipVerification { get; }

    /// <summary>True where the environment brings authorities of its own.</summary>
    public bool HasOwn => own.Count > 0;

    /// <summary>Reads the environment's authorities, and warns where verification is switched off.</summary>
    /// <param name="context">The environment.</param>
    /// <returns>The store.</returns>
    /// <exception cref="OperationException"><c>CertificateAuthorityInvalid</c>.</exception>
    public static TrustStore Of(EnvironmentContext context)
    {
        var settings = context.Environment.Tls;
        if (settings.SkipVerification)
        {
            context.Reporter.Warning($"Environment '{context.Name}' accepts any certificate (tls.skipVerification): nobody is kept from reading along.");
        }

        var own = new X509Certificate2Collection();
        if (settings.CertificateAuthority is { Length: > 0 } path)
        {
            try
            {
                own.ImportFromPemFile(path);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
            {
                throw new OperationException(CertificateErrors.AuthorityInvalid, $"The authorities of environment '{context.Name}' cannot be read from {path}: {error.Message}", path, error);
            }

            if (own.Count == 0)
            {
                throw new OperationException(CertificateErrors.AuthorityInvalid, $"{path} holds no PEM certificate.", path);
            }
        }

        return new TrustStore(own, settings.SkipVerification);
    }

    /// <summary>A chain policy: no downloads, for a server that does not send its intermediates fails many of its clients.</summary>
    /// <param name="ownRoots">True to trust the environment's authorities, false for the machine's.</param>
    /// <returns>The policy.</returns>
    public X509ChainPolicy Policy(bool ownRoots)
    {
        var policy = new X509ChainPolicy
        {
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            TrustMode = ownRoots ? X509ChainTrustMode.CustomRootTrust : X509ChainTrustMode.System,
        };
        if (ownRoots)
        {
            policy.CustomTrustStore.AddRange(own);
            policy.ExtraStore.AddRange(own);
        }

        return policy;
    }

    /// <summary>Builds a chain with the environment's authorities, and where that gives none, with the machine's.</summary>
    /// <param name="leaf">The certificate.</param>
    /// <param name="sent">What came with it.</param>
    /// <param name="adjust">Changes the policy, for example to look at revocation.</param>
    /// <returns>The chain, best of the two; the caller disposes of it. Valid where its status is empty.</returns>
    public X509Chain Build(X509Certificate2 leaf, X509Certificate2Collection sent, Action<X509ChainPolicy>? adjust = null)
    {
        X509Chain? first = null;
        foreach (var ownRoots in HasOwn ? new[] { true, false } : [false])
        {
            var chain = new X509Chain { ChainPolicy = Policy(ownRoots) };
            chain.ChainPolicy.ExtraStore.AddRange(sent);
            adjust?.Invoke(chain.ChainPolicy);
            if (chain.Build(leaf) || !IsOfTrust(chain))
            {
                first?.Dispose();
                return chain;
            }

            if (first is null)
            {
                first = chain;
            }
            else
            {
                chain.Dispose();
            }
        }

        return first!;
    }

    // Another set of roots can mend these and no other faults.
    private static bool IsOfTrust(X509Chain chain) => chain.ChainStatus.Any(
        status => (status.Status & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0);
}
