using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Tests.Web;

/// <summary>Environments of the tests.</summary>
internal static class TestContext
{
    public const string Secret = "s3cret-marked-4711";

    public static EnvironmentContext Of(
        Uri? api = null, Uri? site = null, string? authority = null, bool skip = false, double timeout = 5, IOperationReporter? reporter = null, string secret = Secret,
        bool admin = false, params string[] certificates) => new(
            new CivicQEnvironment
            {
                Name = "test",
                Api = api is null ? null : new ApiSettings { Url = api, AdminToken = admin ? new SecretReference(SecretScheme.Variable, "TOKEN") : null },
                Site = site is null ? null : new SiteSettings { Url = site },
                Certificates = certificates.Length > 0 ? new CertificateSettings { Endpoints = certificates } : null,
                Tls = new TlsSettings { CertificateAuthority = authority, SkipVerification = skip },
                TimeoutSeconds = timeout,
            },
            new FixedSecrets(secret),
            reporter ?? NullReporter.Instance);
}
