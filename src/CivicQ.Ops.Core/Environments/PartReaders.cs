using System.Globalization;

namespace CivicQ.Ops.Core.Environments;

/// <summary>
/// Reads the parts of an environment from their objects, a method a part. Every key that is asked for here must be in
/// <c>Data/environments.schema.json</c> and the other way round; a test compares the two.
/// </summary>
internal static class PartReaders
{
    // Stands where a required address is missing or wrong: the environment is unusable then, and nobody sees it.
    private static readonly Uri None = new("https://invalid.invalid");

    /// <summary>The backend.</summary>
    public static ApiSettings Api(ObjectReader part)
    {
        var unset = new ApiSettings { Url = None };
        return new ApiSettings
        {
            Url = part.Address("url", required: true) ?? None,
            AdminToken = part.Secret("adminToken"),
            MetricsPath = part.Text("metricsPath") ?? unset.MetricsPath,
        };
    }

    /// <summary>The site.</summary>
    public static SiteSettings Site(ObjectReader part) => new() { Url = part.Address("url", required: true) ?? None };

    /// <summary>What runs the services.</summary>
    public static ServicesSettings Services(ObjectReader part)
    {
        var unset = new ServicesSettings();
        var result = new ServicesSettings
        {
            Compose = part.Part("compose", Compose),
            Kubernetes = part.Part("kubernetes", Kubernetes),
            Names = part.TextMap("names") ?? unset.Names,
        };
        part.ExactlyOne("compose", "kubernetes");
        return result;
    }

    /// <summary>A Compose project.</summary>
    public static ComposeSettings Compose(ObjectReader part)
    {
        var unset = new ComposeSettings();
        var result = new ComposeSettings
        {
            Project = part.Text("project") ?? unset.Project,
            Files = part.FilePaths("files") ?? unset.Files,
            EnvironmentFile = part.FilePath("environmentFile"),
            Host = part.Text("host"),
            Context = part.Text("context"),
            CertificateFolder = part.FilePath("certificateFolder"),
        };
        if (result.Host?.Contains("://", StringComparison.Ordinal) == false)
        {
            part.Invalid("host", "an address like unix:///var/run/docker.sock or tcp://host:2376");
        }

        return result;
    }

    /// <summary>A namespace of a cluster.</summary>
    public static KubernetesSettings Kubernetes(ObjectReader part) => new()
    {
        Files = part.FilePaths("files") ?? [],
        Context = part.Text("context"),
        Namespace = part.Text("namespace"),
    };

    /// <summary>The database. A plain address is taken apart, so that <see cref="DatabaseSettings.Url"/> always is a reference.</summary>
    public static DatabaseSettings Database(ObjectReader part)
    {
        var unset = new DatabaseSettings();
        var (reference, plain) = part.SecretAddress("url", "postgresql://user@host:5432/name", Postgres);
        var result = new DatabaseSettings
        {
            Url = reference,
            Host = part.Text("host"),
            Port = part.Whole("port", 1, 65535) ?? unset.Port,
            Name = part.Text("name"),
            User = part.Text("user"),
            Password = part.Secret("password"),
            SslMode = Ssl(part) ?? unset.SslMode,
            RootCertificate = part.FilePath("rootCertificate"),
            Pooler = part.Part("pooler", Pooler),
            Migrations = part.Part("migrations", Migrations),
        };
        if (plain is null)
        {
            return result;
        }

        var (address, text) = plain;
        return result with
        {
            Address = address is { Hosts.Count: 1, Options: null, Certificate: null, Key: null } ? null : text,
            Host = address.NamesHost ? address.Hosts[0].Name : result.Host,
            Port = address.NamesPort ? address.Hosts[0].Port : result.Port,
            Name = address.Database ?? result.Name,
            User = address.User ?? result.User,
            SslMode = address.SslMode ?? result.SslMode,
            RootCertificate = address.RootCertificate is { } root ? part.FullPath(root) : result.RootCertificate,
        };
    }

    private static (Tuple<PostgresUrl, string>? Plain, bool HasSecret) Postgres(string text)
    {
        try
        {
            var address = PostgresUrl.Parse(text);
            return (Tuple.Create(address, text), address.HasSecret);
        }
        catch (FormatException)
        {
            return (null, false);
        }
    }

    /// <summary>The PgBouncer in front of the database.</summary>
    public static PoolerSettings Pooler(ObjectReader part)
    {
        var unset = new PoolerSettings { User = "" };
        return new PoolerSettings
        {
            Host = part.Text("host") ?? unset.Host,
            Port = part.Whole("port", 1, 65535) ?? unset.Port,
            User = part.Required("user") ?? unset.User,
            Password = part.Secret("password"),
            SslMode = Ssl(part) ?? unset.SslMode,
            RootCertificate = part.FilePath("rootCertificate"),
        };
    }

    /// <summary>The Alembic project.</summary>
    public static MigrationSettings Migrations(ObjectReader part)
    {
        var unset = new MigrationSettings { Folder = "" };
        var service = part.Text("service");
        // A path within an instance is none of this machine.
        var folder = part.Required("folder") is { } path ? service is null ? part.FullPath(path) : path : unset.Folder;
        return new MigrationSettings { Service = service, Folder = folder, Program = part.Text("program") ?? unset.Program };
    }

    /// <summary>A Redis server.</summary>
    public static RedisSettings Redis(ObjectReader part)
    {
        var unset = new RedisSettings();
        var (reference, plain) = part.SecretAddress("url", "redis://host:6379/0", "redis", "rediss");
        var result = new RedisSettings
        {
            Url = reference,
            Host = part.Text("host"),
            Port = part.Whole("port", 1, 65535) ?? unset.Port,
            Database = part.Whole("database", 0, 65535) ?? unset.Database,
            Password = part.Secret("password"),
            Tls = part.Flag("tls") ?? unset.Tls,
        };
        return plain is null
            ? result
            : result with
            {
                Host = plain.Host.Trim('[', ']'),
                Port = plain.Port > 0 ? plain.Port : result.Port,
                Database = int.TryParse(plain.AbsolutePath.Trim('/'), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : result.Database,
                Tls = result.Tls || string.Equals(plain.Scheme, "rediss", StringComparison.Ordinal),
            };
    }

    /// <summary>Celery.</summary>
    public static QueueSettings Queue(ObjectReader part)
    {
        var unset = new QueueSettings();
        return new QueueSettings
        {
            Broker = part.Part("broker", Redis),
            Queues = part.Texts("queues") ?? unset.Queues,
            KeyPrefix = part.Text("keyPrefix") ?? unset.KeyPrefix,
        };
    }

    /// <summary>Certificates.</summary>
    public static CertificateSettings Certificates(ObjectReader part) => new() { Endpoints = part.Texts("endpoints") ?? [] };

    /// <summary>Buckets.</summary>
    public static StorageSettings Storage(ObjectReader part) => new()
    {
        Buckets = part.Texts("buckets") ?? [],
        Endpoint = part.Address("endpoint"),
        Region = part.Text("region"),
        PathStyle = part.Flag("pathStyle") ?? false,
        AccessKey = part.Secret("accessKey"),
        SecretKey = part.Secret("secretKey"),
    };

    /// <summary>Backups.</summary>
    public static BackupSettings Backups(ObjectReader part)
    {
        var unset = new BackupSettings();
        var result = new BackupSettings
        {
            Folder = part.FilePath("folder"),
            Bucket = part.Text("bucket"),
            Prefix = part.Text("prefix") ?? unset.Prefix,
            Programs = part.FilePath("programs"),
            Service = part.Text("service"),
            WalArchive = part.FilePath("walArchive"),
            RpoHours = part.Number("rpoHours", 0.01, 8784, "a number of hours from 0.01 to 8784") ?? unset.RpoHours,
            RtoHours = part.Number("rtoHours", 0.01, 8784, "a number of hours from 0.01 to 8784") ?? unset.RtoHours,
        };
        if (result.Prefix.Length > 0 && (!result.Prefix.EndsWith('/') || result.Prefix.StartsWith('/')))
        {
            part.Invalid("prefix", "a prefix of keys like backups/, that ends with a slash and does not begin with one");
        }

        return result;
    }

    /// <summary>Log files.</summary>
    public static LogSettings Logs(ObjectReader part) => new()
    {
        Application = part.FilePaths("application") ?? [],
        Access = part.FilePaths("access") ?? [],
    };

    /// <summary>How certificates are judged.</summary>
    public static TlsSettings Tls(ObjectReader part) => new()
    {
        CertificateAuthority = part.FilePath("certificateAuthority"),
        SkipVerification = part.Flag("skipVerification") ?? false,
    };

    /// <summary>The maintenance window.</summary>
    public static MaintenanceWindow Window(ObjectReader part)
    {
        var zone = part.Text("timeZone") ?? "UTC";
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
        {
            part.Invalid("timeZone", "a time zone's name like Europe/Rome, that this machine knows");
        }

        return new MaintenanceWindow
        {
            Day = part.Choice("day", Enum.GetNames<DayOfWeek>()) is { } day ? Enum.Parse<DayOfWeek>(day) : null,
            From = Time(part, "from"),
            To = Time(part, "to"),
            TimeZone = zone,
        };
    }

    private static string? Ssl(ObjectReader part) => part.Choice("sslMode", "disable", "allow", "prefer", "require", "verify-ca", "verify-full");

    private static TimeOnly Time(ObjectReader part, string key)
    {
        if (part.Required(key) is { } text)
        {
            if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            {
                return time;
            }

            part.Invalid(key, "a time like 02:30");
        }

        return default;
    }

    private static string? Unescaped(string text) => text.Length == 0 ? null : Uri.UnescapeDataString(text);
}
