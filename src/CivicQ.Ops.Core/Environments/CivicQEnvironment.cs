namespace CivicQ.Ops.Core.Environments;

/// <summary>One CivicQ deployment: its parts, and where their secrets are. A part that is <see langword="null"/> is not configured.</summary>
public sealed record CivicQEnvironment
{
    /// <summary>The name, unique regardless of case.</summary>
    public required string Name { get; init; }

    /// <summary>What it is, for people.</summary>
    public string? Description { get; init; }

    /// <summary>Where this definition comes from: the file's path, or <c>variables</c>.</summary>
    public string Source { get; init; } = VariableEnvironment.SourceName;

    /// <summary>The backend.</summary>
    public ApiSettings? Api { get; init; }

    /// <summary>The site.</summary>
    public SiteSettings? Site { get; init; }

    /// <summary>What runs the services.</summary>
    public ServicesSettings? Services { get; init; }

    /// <summary>The database.</summary>
    public DatabaseSettings? Database { get; init; }

    /// <summary>The Redis that is the cache.</summary>
    public RedisSettings? Cache { get; init; }

    /// <summary>Celery.</summary>
    public QueueSettings? Queue { get; init; }

    /// <summary>Further certificates to watch.</summary>
    public CertificateSettings? Certificates { get; init; }

    /// <summary>The buckets.</summary>
    public StorageSettings? Storage { get; init; }

    /// <summary>Where backups are kept.</summary>
    public BackupSettings? Backups { get; init; }

    /// <summary>Log files.</summary>
    public LogSettings? Logs { get; init; }

    /// <summary>How certificates are judged.</summary>
    public TlsSettings Tls { get; init; } = new();

    /// <summary>True when the machine that runs the cmdlets is itself a part of the deployment, so that its CPU, memory and disks count.</summary>
    public bool LocalHost { get; init; } = true;

    /// <summary>Limits of its own, by the threshold's name (<c>Host.Cpu</c>).</summary>
    public IReadOnlyDictionary<string, ThresholdOverride> Thresholds { get; init; } =
        new Dictionary<string, ThresholdOverride>(StringComparer.OrdinalIgnoreCase);

    /// <summary>How long one question to one component may take, in seconds.</summary>
    public double TimeoutSeconds { get; init; } = 5;

    /// <summary>When maintenance may disturb the users; <see langword="null"/>: nobody said.</summary>
    public MaintenanceWindow? MaintenanceWindow { get; init; }
}
