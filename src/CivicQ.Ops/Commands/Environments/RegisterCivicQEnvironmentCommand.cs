using System.Management.Automation;
using System.Text.Json.Nodes;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Files;
using CivicQ.Ops.Core.Procedures;

namespace CivicQ.Ops.Commands.Environments;

/// <summary>
/// Adds an environment to the user's <c>environments.json</c>. Secrets are given as references (<c>env:NAME</c>, <c>file:PATH</c>,
/// <c>secret:VAULT/NAME</c>); a secret itself is refused.
/// </summary>
[Cmdlet(VerbsLifecycle.Register, "CivicQEnvironment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, DefaultParameterSetName = "Parts")]
[OutputType(typeof(EnvironmentInfo))]
public sealed class RegisterCivicQEnvironmentCommand : CivicQCmdlet
{
    /// <summary>The name.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Parts")]
    [Parameter(Position = 0, ParameterSetName = "InputObject")]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>A whole definition, as Get-CivicQEnvironment gives it; <c>-Name</c> renames it.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "InputObject")]
    [Alias("Definition")]
    public CivicQEnvironment? InputObject { get; set; }

    /// <summary>What it is, for people.</summary>
    [Parameter(ParameterSetName = "Parts")]
    public string? Description { get; set; }

    /// <summary>The API's base address.</summary>
    [Parameter(ParameterSetName = "Parts")]
    public Uri? ApiUrl { get; set; }

    /// <summary>A reference to the administrator's token.</summary>
    [Parameter(ParameterSetName = "Parts")]
    [ArgumentCompleter(typeof(Completers.SecretReferenceCompleter))]
    public string? ApiToken { get; set; }

    /// <summary>The site's address.</summary>
    [Parameter(ParameterSetName = "Parts")]
    public Uri? SiteUrl { get; set; }

    /// <summary>A reference to the database's address, or the address without a password.</summary>
    [Parameter(ParameterSetName = "Parts")]
    public string? DatabaseUrl { get; set; }

    /// <summary>The database's host.</summary>
    [Parameter(ParameterSetName = "Parts")]
    public string? DatabaseHost { get; set; }

    /// <summary>The database's port.</summary>
    [Parameter(ParameterSetName = "Parts")]
    [ValidateRange(1, 65535)]
    public int? DatabasePort { get; set; }

    /// <summary>The database's name.</summary>
    [Parameter(ParameterSetName = "Parts")]
    public string? DatabaseName { get; set; }

    /// <summary>The role to connect as.</summary>
    [Parameter(ParameterSetName = "Parts")]
    public string? DatabaseUser { get; set; }

    /// <summary>A reference to the role's password.</summary>
    [Parameter(ParameterSetName = "Parts")]
    [ArgumentCompleter(typeof(Completers.SecretReferenceCompleter))]
    public string? DatabasePassword { get; set; }

    /// <summary>libpq's sslmode.</summary>
    [Parameter(ParameterSetName = "Parts")]
    [ValidateSet("disable", "allow", "prefer", "require", "verify-ca", "verify-full", IgnoreCase = false)]
    public string? DatabaseSslMode { get; set; }

    /// <summary>The host of the PgBouncer in front of the database.</summary>
    [Parameter(ParameterSetName = "Parts")]
    public string? PoolerHost { get; set; }

    /// <summary>PgBouncer's port.</summary>
    [Parameter(ParameterSetName = "Parts")]
    [ValidateRange(1, 65535)]
    public int? PoolerPort { get; set; }

    /// <summary>One of PgBouncer's <c>stats_users</c> or <c>admin_users</c>.</summary>
    [Parameter(ParameterSetName = "Parts")]
    public string? PoolerUser { get; set; }

    /// <summary>A reference to that user's password.</summary>
    [Parameter(ParameterSetName = "Parts")]
    [ArgumentCompleter(typeof(Completers.SecretReferenceCompleter))]
    public string? PoolerPassword { get; set; }

    /// <summary>The service in whose instances the Alembic project is; without it, it is on this machine.</summary>
    [Parameter(ParameterSetName = "Parts")]
    [ArgumentCompleter(typeof(Completers.ServiceCompleter))]
    public string? MigrationService { get; set; }

    /// <summary>The folder of <c>alembic.ini</c>: on this machine, or within the instances of <see cref="MigrationService"/>.</summary>
    [Parameter(ParameterSetName = "Parts")]
    public string? MigrationFolder { get; set; }

    /// <summary>Alembic: a name on the PATH, or a path.</summary>
    [Parameter(ParameterSetName = "Parts")]
    public string? MigrationProgram { get; set; }

    /// <summary>The Compose project that runs the services.</summary>
    [Parameter(ParameterSetName = "Parts")]
    [ValidateNotNullOrEmpty]
    public string? ComposeProject { get; set; }

    /// <summary>Its Compose files; those that the containers name without it.</summary>
    [Parameter(ParameterSetName = "Parts")]
    [ValidateNotNullOrEmpty]
    public string[]? ComposeFile { get; set; }

    /// <summary>The Docker engine: <c>unix:///var/run/docker.sock</c>, <c>tcp://host:2376</c>; what the docker CLI would use without it.</summary>
    [Parameter(ParameterSetName = "Parts")]
    [ValidateNotNullOrEmpty]
    public string? DockerHost { get; set; }

    /// <summary>A context of the docker CLI.</summary>
    [Parameter(ParameterSetName = "Parts")]
    [ValidateNotNullOrEmpty]
    public string? DockerContext { get; set; }

    /// <summary>The kubeconfig's context of the cluster that runs the services.</summary>
    [Parameter(ParameterSetName = "Parts")]
    [ValidateNotNullOrEmpty]
    public string? KubernetesContext { get; set; }

    /// <summary>The namespace; the context's without it.</summary>
    [Parameter(ParameterSetName = "Parts")]
    [ValidateNotNullOrEmpty]
    public string? KubernetesNamespace { get; set; }

    /// <summary>kubeconfig files; those that kubectl would use without it.</summary>
    [Parameter(ParameterSetName = "Parts")]
    [ValidateNotNullOrEmpty]
    public string[]? KubernetesFile { get; set; }

    /// <summary>A reference to the cache's address, or the address without a password.</summary>
    [Parameter(ParameterSetName = "Parts")]
    public string? CacheUrl { get; set; }

    /// <summary>The cache's host.</summary>
    [Parameter(ParameterSetName = "Parts")]
    public string? CacheHost { get; set; }

    /// <summary>The cache's port.</summary>
    [Parameter(ParameterSetName = "Parts")]
    [ValidateRange(1, 65535)]
    public int? CachePort { get; set; }

    /// <summary>A reference to the cache's password.</summary>
    [Parameter(ParameterSetName = "Parts")]
    [ArgumentCompleter(typeof(Completers.SecretReferenceCompleter))]
    public string? CachePassword { get; set; }

    /// <summary>A reference to the broker's address, or the address without a password; the cache's server without it.</summary>
    [Parameter(ParameterSetName = "Parts")]
    public string? BrokerUrl { get; set; }

    /// <summary>The queues to watch.</summary>
    [Parameter(ParameterSetName = "Parts")]
    public string[]? Queue { get; set; }

    /// <summary>The buckets.</summary>
    [Parameter(ParameterSetName = "Parts")]
    public string[]? Bucket { get; set; }

    /// <summary>Another S3 endpoint than AWS's.</summary>
    [Parameter(ParameterSetName = "Parts")]
    public Uri? StorageEndpoint { get; set; }

    /// <summary>The region; of the standard AWS configuration without it.</summary>
    [Parameter(ParameterSetName = "Parts")]
    [ValidateNotNullOrEmpty]
    public string? StorageRegion { get; set; }

    /// <summary>Addresses of the form <c>endpoint/bucket/key</c>, which most servers but AWS's need.</summary>
    [Parameter(ParameterSetName = "Parts")]
    public SwitchParameter StoragePathStyle { get; set; }

    /// <summary>A reference to the access key's identifier; the standard AWS credential chain without it.</summary>
    [Parameter(ParameterSetName = "Parts")]
    [ArgumentCompleter(typeof(Completers.SecretReferenceCompleter))]
    public string? StorageAccessKey { get; set; }

    /// <summary>A reference to the secret access key.</summary>
    [Parameter(ParameterSetName = "Parts")]
    [ArgumentCompleter(typeof(Completers.SecretReferenceCompleter))]
    public string? StorageSecretKey { get; set; }

    /// <summary>The folder of backups on this machine.</summary>
    [Parameter(ParameterSetName = "Parts")]
    public string? BackupFolder { get; set; }

    /// <summary>The bucket of backups.</summary>
    [Parameter(ParameterSetName = "Parts")]
    public string? BackupBucket { get; set; }

    /// <summary>What the keys of backups in the bucket begin with, ending with a slash.</summary>
    [Parameter(ParameterSetName = "Parts")]
    public string? BackupPrefix { get; set; }

    /// <summary>The service in whose instances <c>pg_dump</c> and its like are run; on this machine without it.</summary>
    [Parameter(ParameterSetName = "Parts")]
    [ArgumentCompleter(typeof(Completers.ServiceCompleter))]
    public string? BackupService { get; set; }

    /// <summary>The folder that the server's <c>archive_command</c> copies WAL into.</summary>
    [Parameter(ParameterSetName = "Parts")]
    public string? WalArchive { get; set; }

    /// <summary>PEM file of a further authority to trust.</summary>
    [Parameter(ParameterSetName = "Parts")]
    public string? CertificateAuthority { get; set; }

    /// <summary>How long one question to one component may take.</summary>
    [Parameter(ParameterSetName = "Parts")]
    [ValidateRange(0.1, 3600.0)]
    public double? TimeoutSeconds { get; set; }

    /// <summary>Replaces an environment of the same name.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Returns the environment.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var name = Name.Length > 0 ? Name : InputObject?.Name ?? "";
        try
        {
            var writer = EnvironmentSources.Writer();
            var definition = InputObject is { } whole ? EnvironmentJson.Write(whole) : Parts();
            var environment = writer.Check(name, definition);
            var replaces = writer.Contains(name);
            if (replaces && !Force)
            {
                throw new OperationException(EnvironmentErrors.Exists, $"{EnvironmentFile.DefaultPath()} has an environment '{name}' already.", name);
            }

            if (await ShouldProcessAsync($"environment '{name}' in {EnvironmentFile.DefaultPath()}", replaces ? "Replace" : "Register", name).ConfigureAwait(false))
            {
                writer.Set(name, definition, Force);
                if (PassThru)
                {
                    await WriteAsync(EnvironmentInfo.Of(environment, isDefault: false, connected: false), cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (OperationException error)
        {
            ReportError(error, name);
        }
    }

    private JsonObject Parts()
    {
        var result = new JsonObject();
        Put(result, "description", Description);
        Put(result, "api", ("url", ApiUrl?.OriginalString), ("adminToken", ApiToken));
        Put(result, "site", ("url", SiteUrl?.OriginalString));
        Put(result, "services",
            ("compose", Part(("project", ComposeProject), ("files", List(Full(ComposeFile))), ("host", DockerHost), ("context", DockerContext))),
            ("kubernetes", Part(("files", List(Full(KubernetesFile))), ("context", KubernetesContext), ("namespace", KubernetesNamespace))));
        Put(result, "database", ("url", DatabaseUrl), ("host", DatabaseHost), ("port", DatabasePort), ("name", DatabaseName),
            ("user", DatabaseUser), ("password", DatabasePassword), ("sslMode", DatabaseSslMode),
            ("pooler", Part(("host", PoolerHost), ("port", PoolerPort), ("user", PoolerUser), ("password", PoolerPassword))),
            ("migrations", Part(
                ("service", MigrationService),
                ("folder", MigrationFolder is null || MigrationService is not null ? MigrationFolder : Path.GetFullPath(MigrationFolder, CurrentFolder.Path)),
                ("program", MigrationProgram))));
        Put(result, "cache", ("url", CacheUrl), ("host", CacheHost), ("port", CachePort), ("password", CachePassword));
        Put(result, "queue", ("broker", BrokerUrl is { } broker ? new JsonObject { ["url"] = broker } : null), ("queues", List(Queue)));
        Put(result, "storage",
            ("buckets", List(Bucket)), ("endpoint", StorageEndpoint?.OriginalString), ("region", StorageRegion),
            // Left out where it is not given: false is what the file means without it.
            ("pathStyle", StoragePathStyle ? JsonValue.Create(true) : null), ("accessKey", StorageAccessKey), ("secretKey", StorageSecretKey));
        Put(result, "backups", ("folder", Full(BackupFolder)), ("bucket", BackupBucket), ("prefix", BackupPrefix), ("service", BackupService), ("walArchive", Full(WalArchive)));
        Put(result, "tls", ("certificateAuthority", CertificateAuthority));
        Put(result, "timeoutSeconds", TimeoutSeconds);
        return result;
    }

    // In the file they would start from its folder, and whoever types one means the present one.
    private static string[]? Full(string[]? paths) => paths?.Select(path => Path.GetFullPath(path, CurrentFolder.Path)).ToArray();

    private static string? Full(string? path) => path is null ? null : Path.GetFullPath(path, CurrentFolder.Path);

    private static JsonArray? List(string[]? texts) => texts is null ? null : [.. texts.Select(text => (JsonNode)text)];

    private static void Put(JsonObject target, string key, JsonNode? value)
    {
        if (value is not null)
        {
            target[key] = value;
        }
    }

    private static void Put(JsonObject target, string key, params (string Key, JsonNode? Value)[] members) => Put(target, key, Part(members));

    // Nothing where nothing of it is given.
    private static JsonObject? Part(params (string Key, JsonNode? Value)[] members)
    {
        var part = new JsonObject();
        foreach (var (name, value) in members)
        {
            Put(part, name, value);
        }

        return part.Count > 0 ? part : null;
    }
}
