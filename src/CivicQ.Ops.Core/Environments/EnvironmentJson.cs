using System.Globalization;
using System.Text.Json.Nodes;

namespace CivicQ.Ops.Core.Environments;

/// <summary>Writes an environment as the reader reads it; what is as it would be without a word is left out.</summary>
public static class EnvironmentJson
{
    /// <summary>The environment's object.</summary>
    /// <param name="environment">The environment; its name is the key that the object is written under.</param>
    /// <returns>The object.</returns>
    public static JsonObject Write(CivicQEnvironment environment)
    {
        var unset = new CivicQEnvironment { Name = "" };
        return Object(
            ("description", environment.Description),
            ("api", environment.Api is { } api ? Object(
                ("url", api.Url.OriginalString), ("adminToken", Text(api.AdminToken)), ("metricsPath", Unless(api.MetricsPath, "/metrics"))) : null),
            ("site", environment.Site is { } site ? Object(("url", site.Url.OriginalString)) : null),
            ("services", environment.Services is { } services ? Services(services) : null),
            ("database", environment.Database is { } database ? Database(database) : null),
            ("cache", environment.Cache is { } cache ? Redis(cache) : null),
            ("queue", environment.Queue is { } queue ? Object(
                ("broker", queue.Broker is { } broker ? Redis(broker) : null), ("queues", List(queue.Queues)), ("keyPrefix", Unless(queue.KeyPrefix, ""))) : null),
            ("certificates", environment.Certificates is { } certificates ? Object(("endpoints", List(certificates.Endpoints))) : null),
            ("storage", environment.Storage is { } storage ? Object(
                ("buckets", List(storage.Buckets)), ("endpoint", storage.Endpoint?.OriginalString), ("region", storage.Region),
                ("pathStyle", storage.PathStyle ? true : null), ("accessKey", Text(storage.AccessKey)), ("secretKey", Text(storage.SecretKey))) : null),
            ("backups", environment.Backups is { } backups ? Backups(backups) : null),
            ("logs", environment.Logs is { } logs ? Object(("application", List(logs.Application)), ("access", List(logs.Access))) : null),
            ("tls", environment.Tls != unset.Tls ? Object(
                ("certificateAuthority", environment.Tls.CertificateAuthority), ("skipVerification", environment.Tls.SkipVerification ? true : null)) : null),
            ("localHost", environment.LocalHost ? null : false),
            ("thresholds", environment.Thresholds.Count > 0 ? Thresholds(environment) : null),
            ("timeoutSeconds", environment.TimeoutSeconds.Equals(unset.TimeoutSeconds) ? null : environment.TimeoutSeconds),
            ("maintenanceWindow", environment.MaintenanceWindow is { } window ? Object(
                ("day", window.Day?.ToString()), ("from", Time(window.From)), ("to", Time(window.To)), ("timeZone", window.TimeZone)) : null));
    }

    private static JsonObject Services(ServicesSettings services)
    {
        var names = new JsonObject();
        foreach (var (common, own) in services.Names)
        {
            names[common] = own;
        }

        return Object(
            ("compose", services.Compose is { } compose ? Object(
                ("project", Unless(compose.Project, "civicq")), ("files", compose.Files.Count > 0 ? List(compose.Files) : null), ("environmentFile", compose.EnvironmentFile),
                ("host", compose.Host), ("context", compose.Context), ("certificateFolder", compose.CertificateFolder)) : null),
            ("kubernetes", services.Kubernetes is { } kubernetes ? Object(
                ("files", kubernetes.Files.Count > 0 ? List(kubernetes.Files) : null), ("context", kubernetes.Context), ("namespace", kubernetes.Namespace)) : null),
            ("names", names.Count > 0 ? names : null));
    }

    private static JsonObject Database(DatabaseSettings database) => Object(
        ("url", database.Address ?? Text(database.Url)), ("host", Part(database, database.Host)), ("port", Part(database, database.Port == 5432 ? null : database.Port)),
        ("name", Part(database, database.Name)), ("user", Part(database, database.User)), ("password", Text(database.Password)),
        ("sslMode", Part(database, Unless(database.SslMode, "prefer"))), ("rootCertificate", database.RootCertificate),
        ("pooler", database.Pooler is { } pooler ? Object(
            ("host", Unless(pooler.Host, "localhost")), ("port", pooler.Port == 6432 ? null : pooler.Port), ("user", pooler.User),
            ("password", Text(pooler.Password)), ("sslMode", Unless(pooler.SslMode, "prefer")), ("rootCertificate", pooler.RootCertificate)) : null),
        ("migrations", database.Migrations is { } migrations ? Object(
            ("service", migrations.Service), ("folder", migrations.Folder), ("program", Unless(migrations.Program, "alembic"))) : null));

    // What the whole address says is said there alone.
    private static JsonNode? Part(DatabaseSettings database, JsonNode? value) => database.Address is null ? value : null;

    private static JsonObject Backups(BackupSettings backups)
    {
        var unset = new BackupSettings();
        return Object(
            ("folder", backups.Folder), ("bucket", backups.Bucket), ("prefix", Unless(backups.Prefix, unset.Prefix)), ("programs", backups.Programs),
            ("service", backups.Service), ("walArchive", backups.WalArchive),
            ("rpoHours", backups.RpoHours.Equals(unset.RpoHours) ? null : backups.RpoHours), ("rtoHours", backups.RtoHours.Equals(unset.RtoHours) ? null : backups.RtoHours));
    }

    private static JsonObject Redis(RedisSettings redis) => Object(
        ("url", Text(redis.Url)), ("host", redis.Host), ("port", redis.Port == 6379 ? null : redis.Port), ("database", redis.Database == 0 ? null : redis.Database),
        ("password", Text(redis.Password)), ("tls", redis.Tls ? true : null));

    private static JsonObject Thresholds(CivicQEnvironment environment)
    {
        var result = new JsonObject();
        foreach (var (name, limits) in environment.Thresholds)
        {
            result[name] = Object(("degraded", limits.Degraded), ("unhealthy", limits.Unhealthy));
        }

        return result;
    }

    private static JsonObject Object(params ReadOnlySpan<(string Key, JsonNode? Value)> members)
    {
        var result = new JsonObject();
        foreach (var (key, value) in members)
        {
            if (value is not null)
            {
                result[key] = value;
            }
        }

        return result;
    }

    private static string? Text(SecretReference? reference) => reference?.ToString();

    private static string? Unless(string text, string usual) => string.Equals(text, usual, StringComparison.Ordinal) ? null : text;

    private static string Time(TimeOnly time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);

    private static JsonArray List(IReadOnlyList<string> texts) => [.. texts.Select(text => (JsonNode)text)];
}
