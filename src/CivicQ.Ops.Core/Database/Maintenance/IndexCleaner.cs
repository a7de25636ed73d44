using System.Collections.Concurrent;
using System.Globalization;
using CivicQ.Ops.Core.Operations;
using Npgsql;

namespace CivicQ.Ops.Core.Database.Maintenance;

/// <summary>
/// Knows what the builds of one run may have left behind. A build is entered before its statement begins, and stays entered until it has succeeded or
/// what it left is dropped; however a run is interrupted, the last clean-up finds it here. Of a table only the worker that has it from the queue
/// speaks, and after them the last clean-up.
/// </summary>
/// <param name="limits">Time-outs and their like.</param>
internal sealed class IndexCleaner(MaintenanceLimits limits)
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RestoringTime = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<uint, OpenBuild> builds = new();

    /// <summary>True while anything may be left.</summary>
    public bool IsNeeded => !builds.IsEmpty;

    /// <summary>The tables that it may be left on, for messages.</summary>
    public string Tables => string.Join(", ", builds.Values.Select(build => $"{build.Item.Schema}.{build.Item.Table}").Order(StringComparer.Ordinal));

    /// <summary>Enters a build, before its statement begins. Nothing earlier may be left on its table.</summary>
    public async Task BeginAsync(MaintenanceConnection connection, MaintenanceItem item, CancellationToken cancellationToken)
    {
        // What is invalid already is somebody else's; but the index to be rebuilt, which may be invalid, becomes the old one.
        var others = await LeftoverIndexes.InvalidAsync(connection.Inner, item.TableId, cancellationToken).ConfigureAwait(false);
        others.Remove(item.IndexId);
        builds[item.TableId] = new OpenBuild(item, others);
    }

    /// <summary>The build succeeded, and leaves nothing.</summary>
    public void Succeed(MaintenanceItem item) => builds.TryRemove(item.TableId, out _);

    /// <summary>Drops what builds on a table left.</summary>
    /// <param name="connection">A connection.</param>
    /// <param name="table">The table's object id.</param>
    /// <param name="lockTimeout">How long others are waited for.</param>
    /// <param name="cancellationToken">Ends it; what remains stays entered.</param>
    /// <returns>What stays for now.</returns>
    public async Task<IReadOnlyList<IndexDrop>> CleanAsync(MaintenanceConnection connection, uint table, TimeSpan lockTimeout, CancellationToken cancellationToken)
    {
        if (!builds.TryGetValue(table, out var build))
        {
            return [];
        }

        List<IndexDrop> left = [];
        foreach (var index in await FindAsync(connection.Inner, build, cancellationToken).ConfigureAwait(false))
        {
            var drop = await DropAsync(connection, index, lockTimeout, cancellationToken).ConfigureAwait(false);
            if (drop.Stays)
            {
                left.Add(drop);
            }
        }

        if (left.Count == 0)
        {
            builds.TryRemove(table, out _);
        }

        return left;
    }

    /// <summary>Drops one invalid index.</summary>
    /// <param name="connection">A connection.</param>
    /// <param name="index">The index.</param>
    /// <param name="lockTimeout">How long others are waited for.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What became of it.</returns>
    public async Task<IndexDrop> DropAsync(MaintenanceConnection connection, MaintenanceItem index, TimeSpan lockTimeout, CancellationToken cancellationToken)
    {
        try
        {
            // Tidying up is allowed where writes are suspended (default_transaction_read_only), and takes the time that it takes.
            await connection.ExecuteAsync($"{Timeouts(lockTimeout, null)}; SET default_transaction_read_only = off", cancellationToken).ConfigureAwait(false);
            return await LeftoverIndexes.DropAsync(connection, index, lockTimeout, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await RestoreAsync(connection).ConfigureAwait(false);
        }
    }

    /// <summary>The last clean-up, after all workers ended: drops what is left, and names what stays.</summary>
    /// <param name="connection">A connection.</param>
    /// <param name="reporter">Where it is named.</param>
    /// <param name="patience">How long it may take in all.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task FinishAsync(MaintenanceConnection connection, IOperationReporter reporter, TimeSpan patience, CancellationToken cancellationToken)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var tables = builds.Keys.Order().ToList();
        for (var i = 0; i < tables.Count; i++)
        {
            // Each table has its share of the time, and a drop waits twice: for locks, and for those who use the index.
            var share = (patience - clock.Elapsed) / (2 * (tables.Count - i));
            var wait = share < ShortestWait ? ShortestWait : share < limits.LockTimeout ? share : limits.LockTimeout;
            foreach (var drop in await CleanAsync(connection, tables[i], wait, cancellationToken).ConfigureAwait(false))
            {
                Name(drop, reporter);
            }
        }
    }

    private static void Name(IndexDrop drop, IOperationReporter reporter) => reporter.Warning(
        drop.Outcome == IndexDropOutcome.Locked
            ? $"The invalid index {drop.Index.Name} is in use by {drop.Reason} and stays for now; Invoke-CivicQReindex -Table '{drop.Index.Table}' drops it later."
            : $"The invalid index {drop.Index.Name} stays, for the server refused to drop it: {drop.Reason}. Its owner should: {drop.Index.Statement}");

    private static async Task<IReadOnlyList<MaintenanceItem>> FindAsync(NpgsqlConnection connection, OpenBuild build, CancellationToken cancellationToken)
    {
        var created = build.Item.Action == MaintenanceAction.CreateIndex ? build.Item.Index : null;
        var found = await LeftoverIndexes.FindAsync(connection, [build.Item.TableId], created, cancellationToken).ConfigureAwait(false);
        return [.. found.Where(index => !build.Others.Contains(index.IndexId))];
    }

    private static string Timeouts(TimeSpan lockTimeout, TimeSpan? statementTimeout) => string.Create(
        CultureInfo.InvariantCulture, $"SET lock_timeout = {MaintenanceLimits.Milliseconds(lockTimeout)}; SET statement_timeout = {MaintenanceLimits.Milliseconds(statementTimeout ?? TimeSpan.Zero)}");

    private async Task RestoreAsync(MaintenanceConnection connection)
    {
        if (!connection.IsOpen)
        {
            return;
        }

        using var time = new CancellationTokenSource(RestoringTime);
        try
        {
            await connection.ExecuteAsync($"{Timeouts(limits.EffectiveLockTimeout, limits.StatementTimeout)}; RESET default_transaction_read_only", time.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is NpgsqlException or OperationCanceledException)
        {
            // A session with settings that are not the run's serves no more; whoever needs one makes a new one.
            await connection.Inner.CloseAsync().ConfigureAwait(false);
        }
    }

    /// <summary>A build whose statement began.</summary>
    /// <param name="Item">The work.</param>
    /// <param name="Others">The object ids of indexes that were invalid before.</param>
    private sealed record OpenBuild(MaintenanceItem Item, HashSet<uint> Others);
}
