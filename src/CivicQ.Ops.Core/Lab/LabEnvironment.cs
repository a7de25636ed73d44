using System.Net;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Lab;

/// <summary>The environment <c>lab</c>: there while the lab is.</summary>
public static class LabEnvironment
{
    /// <summary>The environment's name.</summary>
    public const string Name = "lab";

    /// <summary>The name of the environment that leads to the replica of a drill, while there is one.</summary>
    public const string ReplicaName = "lab-replica";

    /// <summary>The name of the lab's database and of its owner.</summary>
    internal const string Database = "civicq";

    /// <summary>Celery's queues in the lab.</summary>
    internal static readonly string[] Queues = ["celery", "video"];

    /// <summary>The environment of the running lab.</summary>
    /// <returns>The environment; <see langword="null"/> where the lab is not started, or not yet.</returns>
    public static CivicQEnvironment? Read() => Read(LabStore.Default);

    /// <summary>The environment of the running lab's replica, which a drill has made.</summary>
    /// <returns>The environment; <see langword="null"/> where there is none.</returns>
    public static CivicQEnvironment? ReadReplica() => ReadReplica(LabStore.Default);

    /// <summary>The environment of the lab in another folder.</summary>
    internal static CivicQEnvironment? Read(LabStore store) => State(store) is { } state ? Create(store, state) : null;

    /// <summary>The environment of the replica of the lab in another folder.</summary>
    internal static CivicQEnvironment? ReadReplica(LabStore store) => State(store) is { ReplicaPort: > 0 } state
        ? new CivicQEnvironment
        {
            Name = ReplicaName,
            Description = "The replica of the lab's database (Start-CivicQDrill ReplicaLag).",
            Source = Path.Combine(store.Folder, "state.json"),
            LocalHost = false,
            Database = Server(store, state.ReplicaPort),
        }
        : null;

    private static LabState? State(LabStore store)
    {
        try
        {
            return store.Read() is { Complete: true } state ? state : null;
        }
        catch (OperationException)
        {
            // Get-CivicQLab reports it; other environments have nothing to do with it.
            return null;
        }
    }

    internal static DatabaseSettings Server(LabStore store, int port) => new()
    {
        Host = IPAddress.Loopback.ToString(), Port = port, Name = Database, User = Database, SslMode = "disable",
        Password = new SecretReference(SecretScheme.File, store.SecretFile("database")),
    };

    private static CivicQEnvironment Create(LabStore store, LabState state)
    {
        var address = IPAddress.Loopback.ToString();
        SecretReference Secret(string name) => new(SecretScheme.File, store.SecretFile(name));
        LabStateServer? Started(LabServerKind kind) => state.Server(kind) is { Process: not null } server ? server : null;
        var api = Started(LabServerKind.Api);
        var storage = state.Storage is { IsStarted: true } made ? made : null;
        var url = api is null ? null : new Uri($"https://{address}:{api.HttpsPort}/");
        return new CivicQEnvironment
        {
            Name = Name,
            Description = "The lab on this machine (Start-CivicQLab).",
            Source = Path.Combine(store.Folder, "state.json"),
            Api = url is null ? null : new ApiSettings { Url = url, AdminToken = Secret("admin-token") },
            Site = url is null ? null : new SiteSettings { Url = url },
            Database = Started(LabServerKind.Postgres) is { } postgres
                ? Server(store, postgres.Port) with
                {
                    Pooler = Started(LabServerKind.PgBouncer) is { } pooler
                        ? new PoolerSettings { Host = address, Port = pooler.Port, User = Database, Password = Secret("database"), SslMode = "disable" }
                        : null,
                    Migrations = Directory.Exists(store.MigrationFolder) ? new MigrationSettings { Folder = store.MigrationFolder } : null,
                }
                : null,
            Cache = Started(LabServerKind.Redis) is { } redis ? new RedisSettings { Host = address, Port = redis.Port, Password = Secret("redis") } : null,
            Queue = Started(LabServerKind.Redis) is not null ? new QueueSettings { Queues = Queues } : null,
            Services = state.Services is { IsStarted: true } services ? LabPlatform.Settings(services) : null,
            Backups = (Started(LabServerKind.Postgres), storage) switch
            {
                (null, null) => null,
                (null, _) => new BackupSettings { Bucket = storage.Backups },
                _ => new BackupSettings { Folder = store.BackupFolder, Bucket = storage?.Backups, WalArchive = LabPostgres.ArchiveIn(state.PostgresFolder) },
            },
            Storage = storage is null ? null : LabBuckets.Settings(store, storage),
            Certificates = api is null ? null : new CertificateSettings { Endpoints = [$"{address}:{api.HttpsPort}"] },
            Logs = api is null ? null : new LogSettings { Application = [store.ApplicationLog], Access = [store.AccessLog] },
            Tls = new TlsSettings { CertificateAuthority = Path.Combine(store.CertificateFolder, "ca.pem") },
        };
    }
}
