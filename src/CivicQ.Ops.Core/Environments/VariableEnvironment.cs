using CivicQ.Ops.Core.Files;

namespace CivicQ.Ops.Core.Environments;

/// <summary>The environment <c>default</c>, made from the variables that operators already have. It holds references, so a later change of a variable counts.</summary>
public static class VariableEnvironment
{
    /// <summary>The environment's name.</summary>
    public const string Name = "default";

    /// <summary>What its <see cref="CivicQEnvironment.Source"/> says.</summary>
    public const string SourceName = "variables";

    /// <summary>Reads the variables.</summary>
    /// <param name="read">Reads one variable; the process's own unless told.</param>
    /// <returns>The environment; a part whose variable is not set is not configured.</returns>
    public static CivicQEnvironment Read(Func<string, string?>? read = null)
    {
        read ??= Environment.GetEnvironmentVariable;
        string? Text(string name) => read(name) is { Length: > 0 } value ? value : null;
        SecretReference? Reference(string name) => Text(name) is null ? null : new SecretReference(SecretScheme.Variable, name);
        // A user and password in it are used by nothing, and would be shown wherever the address is.
        Uri? Address(string name) => Uri.TryCreate(Text(name), UriKind.Absolute, out var uri)
            ? uri.UserInfo.Length == 0 ? uri : new UriBuilder(uri) { UserName = "", Password = "" }.Uri
            : null;
        string? FilePath(string name) => Text(name) is { } path ? Path.GetFullPath(path, CurrentFolder.Path) : null;

        var cache = Reference("REDIS_URL") is { } redis ? new RedisSettings { Url = redis } : null;
        var broker = Reference("CELERY_BROKER_URL") is { } url ? new RedisSettings { Url = url } : null;
        return new CivicQEnvironment
        {
            Name = Name,
            Description = "Made from this process's variables.",
            Api = Address("CIVICQ_API_URL") is { } api ? new ApiSettings { Url = api, AdminToken = Reference("CIVICQ_ADMIN_TOKEN") } : null,
            Site = Address("CIVICQ_SITE_URL") is { } site ? new SiteSettings { Url = site } : null,
            Database = Reference("DATABASE_URL") is { } database
                ? new DatabaseSettings { Url = database }
                : Text("PGHOST") is { } host ? LibpqVariables(host, Text, Reference) : null,
            Services = Services(Text),
            Cache = cache,
            Queue = (broker ?? cache) is not null ? new QueueSettings { Broker = broker, Queues = Text("CIVICQ_QUEUES")?.Split(',') ?? ["celery"] } : null,
            Storage = Text("CIVICQ_BUCKETS") is { } buckets
                ? new StorageSettings { Buckets = buckets.Split(','), Endpoint = Address("AWS_ENDPOINT_URL_S3") ?? Address("AWS_ENDPOINT_URL"), Region = Text("AWS_REGION") }
                : null,
            Backups = FilePath("CIVICQ_BACKUP_FOLDER") is { } folder
                ? new BackupSettings { Folder = folder, WalArchive = FilePath("CIVICQ_WAL_ARCHIVE") }
                : null,
            Tls = new TlsSettings { CertificateAuthority = FilePath("CIVICQ_CA_FILE") },
        };
    }

    // A kubeconfig, or a pod's own account, says Kubernetes; whoever works with Docker has its variables.
    private static ServicesSettings? Services(Func<string, string?> text)
    {
        string[] Files(string list, string separator) => [.. list.Split(separator, StringSplitOptions.RemoveEmptyEntries).Select(file => Path.GetFullPath(file, CurrentFolder.Path))];
        return text("KUBECONFIG") is not null || text("KUBERNETES_SERVICE_HOST") is not null
            ? new ServicesSettings { Kubernetes = new KubernetesSettings { Namespace = text("CIVICQ_NAMESPACE") } }
            : (text("COMPOSE_PROJECT_NAME") ?? text("COMPOSE_FILE") ?? text("DOCKER_HOST")) is null
                ? null
                : new ServicesSettings
                {
                    Compose = new ComposeSettings
                    {
                        Project = text("COMPOSE_PROJECT_NAME") ?? new ComposeSettings().Project,
                        Files = text("COMPOSE_FILE") is { } files ? Files(files, text("COMPOSE_PATH_SEPARATOR") ?? Path.PathSeparator.ToString()) : [],
                    },
                };
    }

    private static DatabaseSettings LibpqVariables(string host, Func<string, string?> text, Func<string, SecretReference?> reference) => new()
    {
        Host = host,
        Port = int.TryParse(text("PGPORT"), out var port) ? port : 5432,
        Name = text("PGDATABASE"),
        User = text("PGUSER"),
        Password = reference("PGPASSWORD"),
        SslMode = text("PGSSLMODE") ?? "prefer",
        RootCertificate = text("PGSSLROOTCERT"),
    };
}
