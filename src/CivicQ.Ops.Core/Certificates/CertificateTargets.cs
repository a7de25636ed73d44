using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Network;
using Npgsql;

namespace CivicQ.Ops.Core.Certificates;

/// <summary>The endpoints of an environment that have certificates.</summary>
internal static class CertificateTargets
{
    /// <summary>Whether there can be any.</summary>
    public static bool Any(CivicQEnvironment environment) =>
        environment.Api?.Url.Scheme == Uri.UriSchemeHttps
        || environment.Site?.Url.Scheme == Uri.UriSchemeHttps
        || environment.Certificates is { Endpoints.Count: > 0 };

    /// <summary>Those of the API and the site, the ones configured, and the database's where its certificate is verified.</summary>
    public static async Task<IReadOnlyList<CertificateQuestion>> OfAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var environment = context.Environment;
        List<CertificateQuestion> result = [];
        foreach (var address in new[] { environment.Api?.Url, environment.Site?.Url })
        {
            if (address?.Scheme == Uri.UriSchemeHttps)
            {
                result.Add(new CertificateQuestion(NetworkEndpoint.Of(address)));
            }
        }

        result.AddRange((environment.Certificates?.Endpoints ?? []).Select(text => new CertificateQuestion(NetworkEndpoint.Parse(text, EndpointScheme.Tls))));
        if (environment.Database is not null)
        {
            try
            {
                var database = await DatabaseAddress.FirstAsync(context, cancellationToken).ConfigureAwait(false);
                if (database is { SslMode: SslMode.VerifyCA or SslMode.VerifyFull, Host: { } host } && !host.StartsWith('/'))
                {
                    result.Add(new CertificateQuestion(new NetworkEndpoint { Scheme = EndpointScheme.PostgreSql, Host = host, Port = database.Port }));
                }
            }
            catch (OperationException error)
            {
                // The database's own check says so; the other certificates count all the same.
                context.Reporter.Verbose(error.Message);
            }
        }

        return [.. result.DistinctBy(question => question.Endpoint.Authority, StringComparer.OrdinalIgnoreCase)];
    }
}
