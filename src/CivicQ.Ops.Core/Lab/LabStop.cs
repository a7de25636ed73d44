using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Lab;

/// <summary>Ends what is left of a lab, whole or not: only processes that are provably its own, and its folders.</summary>
internal static class LabStop
{
    /// <summary>Does it.</summary>
    /// <returns>True when there was something.</returns>
    /// <exception cref="OperationException"><c>LabNotStopped</c>, <c>LabFolderForeign</c>.</exception>
    public static async Task<bool> RunAsync(LabStore store, IOperationReporter reporter)
    {
        if (!Directory.Exists(store.Folder))
        {
            return false;
        }

        store.EnsureOwn();
        var state = ReadQuietly(store);

        if (state?.Services is { } services)
        {
            await LabPlatform.StopAsync(services, state.Id, reporter).ConfigureAwait(false);
        }

        // Without keys nothing was ever made.
        if (state?.Storage is { } storage && File.Exists(store.SecretFile(LabBuckets.SecretKey)))
        {
            await LabBuckets.StopAsync(store, storage, reporter).ConfigureAwait(false);
        }

        // The workers before their broker, the API before its database: no flood of errors in their last moments.
        await EndAsync(state, LabServerKind.Celery, LabCelery.RunningIn(store), reporter).ConfigureAwait(false);
        await EndAsync(state, LabServerKind.Api, LabApi.RunningIn(store), reporter).ConfigureAwait(false);
        await EndAsync(state, LabServerKind.PgBouncer, state is null ? null : LabPgBouncer.RunningIn(LabPgBouncer.FolderIn(state.PostgresFolder)), reporter).ConfigureAwait(false);
        await EndAsync(state, LabServerKind.Redis, LabRedis.RunningIn(store.RedisFolder), reporter).ConfigureAwait(false);
        var cluster = store.Cluster(state);
        var postmaster = LabPostgres.RunningIn(cluster) ?? Mine(state, LabServerKind.Postgres);
        var left = new List<string>();
        await LabHolder.EndAllAsync(store, reporter).ConfigureAwait(false);
        await TryAsync(left, () => LabStandby.StopAsync(cluster)).ConfigureAwait(false);
        await TryAsync(left, () => LabPostgres.StopAsync(cluster, postmaster)).ConfigureAwait(false);
        if (state is not null)
        {
            foreach (var process in LabSweep.Find(state.Id).ToList())
            {
                reporter.Verbose($"Ending process {process.ProcessId}, which carries the lab's id.");
                await process.EndAsync().ConfigureAwait(false);
            }
        }

        foreach (var server in (state?.Servers ?? []).Where(server => server.Process is { IsRunning: true }))
        {
            left.Add($"process {server.Process!.ProcessId} ({server.Kind})");
        }

        if (left.Count == 0)
        {
            await TryAsync(left, () => LabFiles.RemoveAsync(store.Folder)).ConfigureAwait(false);
        }

        return left.Count == 0 ? true : throw new OperationException(LabErrors.NotStopped, $"Still there: {string.Join(", ", left)}.", store.Folder);
    }

    /// <summary>Reads the state; of a damaged one, what it was at the beginning.</summary>
    public static LabState? ReadQuietly(LabStore store) => store.ReadWhatThereIs();

    private static async Task EndAsync(LabState? state, LabServerKind kind, LabProcess? found, IOperationReporter reporter)
    {
        if ((Mine(state, kind) ?? found) is { } process)
        {
            reporter.Verbose($"{kind}: ending process {process.ProcessId}.");
            await process.EndAsync().ConfigureAwait(false);
        }
    }

    private static LabProcess? Mine(LabState? state, LabServerKind kind) => state?.Server(kind)?.Process is { IsRunning: true } process ? process : null;

    private static async Task TryAsync(List<string> left, Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            left.Add(error.Message);
        }
    }
}
