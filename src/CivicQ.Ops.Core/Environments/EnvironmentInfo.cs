using CivicQ.Ops.Core.Network;

namespace CivicQ.Ops.Core.Environments;

/// <summary>An environment as a list of environments shows it.</summary>
public sealed record EnvironmentInfo
{
    /// <summary>The environment's name.</summary>
    public required string Name { get; init; }

    /// <summary>The name once more, so that it binds to <c>-Environment</c>.</summary>
    public string Environment => Name;

    /// <summary>What it is, for people.</summary>
    public string? Description { get; init; }

    /// <summary>True when cmdlets without <c>-Environment</c> work on it.</summary>
    public bool IsDefault { get; init; }

    /// <summary>True when <c>Connect-CivicQ</c> chose it in this session.</summary>
    public bool Connected { get; init; }

    /// <summary>Where it is defined: a file's path, or <c>variables</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The parts that it has.</summary>
    public required IReadOnlyList<string> Parts { get; init; }

    /// <summary>Where the parts are, each as <c>part: address</c>, without users, queries and secrets; a part behind a reference shows the reference.</summary>
    public required IReadOnlyList<string> Addresses { get; init; }

    /// <summary>The references to secrets that it needs.</summary>
    public required IReadOnlyList<string> Secrets { get; init; }

    /// <summary>The whole definition. It holds references to secrets, never secrets.</summary>
    public required CivicQEnvironment Definition { get; init; }

    /// <summary>Describes an environment.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="isDefault">True when cmdlets work on it without being told.</param>
    /// <param name="connected">True when this session chose it.</param>
    /// <returns>The description.</returns>
    public static EnvironmentInfo Of(CivicQEnvironment environment, bool isDefault, bool connected)
    {
        (string Name, object? Part)[] parts =
        [
            ("Api", environment.Api), ("Site", environment.Site), ("Services", environment.Services), ("Database", environment.Database), ("Cache", environment.Cache),
            ("Queue", environment.Queue), ("Certificates", environment.Certificates), ("Storage", environment.Storage), ("Backups", environment.Backups), ("Logs", environment.Logs),
        ];
        SecretReference?[] secrets =
        [
            environment.Api?.AdminToken, environment.Database?.Url, environment.Database?.Password, environment.Database?.Pooler?.Password, environment.Cache?.Url, environment.Cache?.Password,
            environment.Queue?.Broker?.Url, environment.Queue?.Broker?.Password, environment.Storage?.AccessKey, environment.Storage?.SecretKey,
        ];
        return new EnvironmentInfo
        {
            Name = environment.Name,
            Description = environment.Description,
            IsDefault = isDefault,
            Connected = connected,
            Source = environment.Source,
            Parts = [.. parts.Where(part => part.Part is not null).Select(part => part.Name)],
            Addresses = [.. Where(environment).Where(part => part.Place is not null).Select(part => $"{part.Name}: {part.Place}")],
            Secrets = [.. secrets.OfType<SecretReference>().Select(secret => secret.ToString()).Distinct(StringComparer.Ordinal)],
            Definition = environment,
        };
    }

    private static IEnumerable<(string Name, string? Place)> Where(CivicQEnvironment environment)
    {
        static string? Web(Uri? address) => address is null ? null : AddressText.Of(address);
        static string? Redis(RedisSettings? redis) => redis is null ? null
            : redis.Url?.ToString() ?? FormattableString.Invariant($"{redis.Host ?? "localhost"}:{redis.Port}/{redis.Database}");
        static string? List(IReadOnlyList<string>? texts) => texts is { Count: > 0 } ? string.Join(", ", texts) : null;
        var database = environment.Database;
        yield return ("Api", Web(environment.Api?.Url));
        yield return ("Site", Web(environment.Site?.Url));
        yield return ("Services", environment.Services switch
        {
            { Compose: { } compose } => $"Compose project {compose.Project} on {compose.Host ?? (compose.Context is { } engine ? $"context {engine}" : "the default engine")}",
            { Kubernetes: { } kubernetes } => $"Kubernetes, {(kubernetes.Context is { } cluster ? $"context {cluster}" : "the current context")}, namespace {kubernetes.Namespace ?? "of the context"}",
            _ => null,
        });
        yield return ("Database", database is null ? null
            : database.Url?.ToString() ?? FormattableString.Invariant($"{database.Host ?? "localhost"}:{database.Port}/{database.Name}"));
        yield return ("Cache", Redis(environment.Cache));
        yield return ("Broker", Redis(environment.Queue?.Broker));
        yield return ("Certificates", List(environment.Certificates?.Endpoints));
        yield return ("Storage", Web(environment.Storage?.Endpoint));
        yield return ("Buckets", List(environment.Storage?.Buckets));
        yield return ("Backups", List(
            [.. new[] { environment.Backups?.Folder, environment.Backups?.Bucket is { } bucket ? $"s3://{bucket}/{environment.Backups.Prefix}" : null }.OfType<string>()]));
        yield return ("Logs", List([.. environment.Logs?.Application ?? [], .. environment.Logs?.Access ?? []]));
    }
}
