using System.Globalization;
using System.Text;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>Sees whether a backup can be restored into an environment's Redis, and what that would do. Changes nothing.</summary>
/// <param name="context">The environment.</param>
public sealed class CacheRestorePlanner(EnvironmentContext context)
{
    private readonly BrokerKeys broker = new(context.Environment.Queue);

    /// <summary>Reads all of the backup, asks the server, and refuses what must not be.</summary>
    /// <param name="source">The backup.</param>
    /// <param name="options">What and over what.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="OperationException">One of <see cref="CacheBackupErrors"/> or <see cref="CacheErrors"/>: nothing was changed.</exception>
    public async Task<CacheRestorePlan> PlanAsync(CacheBackupSource source, CacheRestoreOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        var selection = new RestoreSelection(options);
        var stream = await CachePart.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        await using var closing = stream.ConfigureAwait(false);
        var now = await CachePart.NowAsync(stream, cancellationToken).ConfigureAwait(false);
        var chosen = new SortedDictionary<int, (long Keys, long Expired)>();
        string? queueKey = null;
        var contents = await ReadAsync(source, entry =>
        {
            if (entry.Kind != RdbEntryKind.Key || !selection.Contains(entry.Database, entry.Key))
            {
                return;
            }

            chosen.TryGetValue(entry.Database, out var count);
            chosen[entry.Database] = (count.Keys + 1, count.Expired + (entry.ExpiresAt <= now ? 1 : 0));
            queueKey ??= broker.Contains(entry.Key) ? Encoding.UTF8.GetString(entry.Key) : null;
        }, cancellationToken).ConfigureAwait(false);
        if (contents.NotCounted is { } reason)
        {
            throw new OperationException(CacheBackupErrors.NotReadable, $"{source.Path} is whole, and cannot be restored key by key: {reason}.", source.Path);
        }

        await RestoreCheck.AskAsync(stream, contents, cancellationToken).ConfigureAwait(false);
        var databases = new List<CacheDatabaseRestore>();
        foreach (var number in chosen.Keys.Union(options.Databases ?? []).Order())
        {
            var target = new TargetDatabase(stream, number, selection);
            var before = await target.CountAsync(cancellationToken).ConfigureAwait(false);
            queueKey ??= before > 0 ? await target.FindBrokerKeyAsync(broker, cancellationToken).ConfigureAwait(false) : null;
            if (chosen.TryGetValue(number, out var count) || options.Mode == CacheRestoreMode.Replace)
            {
                databases.Add(new CacheDatabaseRestore { Database = number, KeysInBackup = count.Keys, Expired = count.Expired, KeysBefore = before });
            }
        }

        var plan = new CacheRestorePlan { Path = source.Path, Contents = contents, Server = Server(stream), Databases = databases, Options = options };
        return Judge(plan, queueKey);
    }

    private static async Task<RdbContents> ReadAsync(CacheBackupSource source, Action<RdbEntry> look, CancellationToken cancellationToken)
    {
        var stream = await source.Open(cancellationToken).ConfigureAwait(false);
        await using var closing = stream.ConfigureAwait(false);
        var contents = await Task.Run(() => RdbFile.Verify(stream, source.Path, look, cancellationToken), cancellationToken).ConfigureAwait(false);
        return source.Sha256 is { } sum && !string.Equals(sum, contents.Sha256, StringComparison.OrdinalIgnoreCase)
            ? throw new OperationException(BackupErrors.Damaged, $"{source.Path}: its SHA-256 is {contents.Sha256}, and its manifest says {sum}.", source.Path)
            : contents;
    }

    private static string Server(RedisStream stream) => string.Create(CultureInfo.InvariantCulture, $"{stream.Address.Host}:{stream.Address.Port}");

    private CacheRestorePlan Judge(CacheRestorePlan plan, string? queueKey)
    {
        if (queueKey is not null && !plan.Options.IncludeQueue)
        {
            throw new OperationException(
                CacheBackupErrors.QueueProtected, $"Celery's queues would be overwritten in Redis of environment '{context.Name}': the key '{queueKey}' is the broker's.", context.Name);
        }

        if (plan is { OverwritesKeys: true, Options.Mode: CacheRestoreMode.Empty })
        {
            var full = string.Join(", ", plan.Databases.Where(one => one.KeysBefore > 0).Select(one => string.Create(CultureInfo.InvariantCulture, $"database {one.Database} has {one.KeysBefore} keys")));
            throw new OperationException(CacheBackupErrors.NotEmpty, $"Redis of environment '{context.Name}' is not empty: {full}.", context.Name);
        }

        return plan;
    }
}
