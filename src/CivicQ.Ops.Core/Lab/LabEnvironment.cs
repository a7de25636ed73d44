using System.Net;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Lab;

/// <summary>The environment <c>lab</c>: there while the lab is.</summary>
public static class LabEnvironment
{
    /// <summary>The environment's name.</summary>
    public const string Name = "lab";

    /// <summary>The name of the lab's database and of its owner.</summary>
    internal const string Database = "civicq";

    /// <summary>Celery's queues in the lab.</summary>
    internal static readonly string[] Queues = ["celery", "video"];

    /// <summary>The environment of the running lab.</summary>
    /// <returns>The environment; <see langword="null"/> where the lab is not started, or not yet.</returns>
    public static CivicQEnvironment? Read() => Read(LabStore.Default);

    /// <summary>The environment of the lab in another folder.</summary>
    internal static CivicQEnvironment? Read(LabStore store)
    {
        LabState? state;
        try
        {
            state = store.Read();
        }
        catch (OperationException)
        {
            // Get-CivicQLab reports it; other environments have nothing to do with it.
            return null;
        }

        return state is { Complete: true } ? Create(store, state) : null;
    }

    private static CivicQEnvironment Create(LabStore store, LabState state)
    {
        var address = IPAddress.Loopback.ToString();
        SecretReference Secret(string name) => new(SecretScheme.File, store.SecretFile(name));
        LabStateServer? Started(LabServerKind kind) => state.Server(kind) is { Process: not null } server ? server : null;
        var api = Started(LabServerKind.Api);
        var url = api is null ? null : new Uri($"https://{address}:{api.HttpsPort}/");
        return new CivicQEnvironment
        {
            Name = Name,
            Description = "The lab on this machine (Start-CivicQLab).",
            Source = Path.Combine(store.Folder, "state.json"),
            Api = url is null ? null : new ApiSettings { Url = url, AdminToken = Secret("admin-token") },
            Site = url is null ? null : new SiteSettings { Url = url },
            Database = Started(LabServerKind.Postgres) is { } postgres
                ? new DatabaseSettings
                {
                    Host = address, Port = postgres.Port, Name = Database, User = Database, Password = Secret("database"), SslMode = "disable",
                    Pooler = Started(LabServerKind.PgBouncer) is { } pooler
                        ? new PoolerSettings { Host = address, Port = pooler.Port, User = Database, Password = Secret("database"), SslMode = "disable" }
                        : null,
                    Migrations = Directory.Exists(store.MigrationFolder) ? new MigrationSettings { Folder = store.MigrationFolder } : null,
                }
                : null,
            Cache = Started(LabServerKind.Redis) is { } redis ? new RedisSettings { Host = address, Port = redis.Port, Password = Secret("redis") } : null,
            Queue = Started(LabServerKind.Redis) is not null ? new QueueSettings { Queues = Queues } : null,
            Certificates = api is null ? null : new CertificateSettings { Endpoints = [$"{address}:{api.HttpsPort}"] },
            Logs = api is null ? null : new LogSettings { Application = [store.ApplicationLog], Access = [store.AccessLog] },
            Tls = new TlsSettings { CertificateAuthority = Path.Combine(store.CertificateFolder, "ca.pem") },
        };
    }
}
