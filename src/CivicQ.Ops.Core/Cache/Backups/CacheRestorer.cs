using System.Diagnostics;
using System.Globalization;
using System.Text;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Measures;
using CivicQ.Ops.Core.Operations;
using CivicQ.Ops.Core.Texts;

namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>
/// Restores a backup into a running Redis, key by key: it works from afar, without a restart, and whether or not the server keeps an
/// append-only file, in which the keys are recorded like any other change.
/// </summary>
/// <param name="context">The environment.</param>
/// <param name="source">The backup.</param>
/// <param name="plan">What is to be done.</param>
public sealed class CacheRestorer(EnvironmentContext context, CacheBackupSource source, CacheRestorePlan plan)
{
    private const int MostNamed = 100;
    private const int KeysBetweenReports = 1000;
    private readonly RestoreSelection selection = new(plan.Options);
    private readonly Dictionary<int, CacheDatabaseRestore> databases = plan.Databases.ToDictionary(one => one.Database, one => one with { Expired = 0 });
    private readonly List<CacheSkippedKey> skipped = [];
    private readonly PriorityQueue<int, long> expiring = new();
    private readonly long fileBytes = plan.Contents.SizeBytes;
    private int functions;
    private long read;

    private string Activity => $"Restoring Redis at {plan.Server}";

    /// <summary>Restores.</summary>
    /// <param name="safety">How what is there now is kept first, where anything would be overwritten; <see langword="null"/> not to.</param>
    /// <param name="cancellationToken">Ends it: what was restored so far stays.</param>
    /// <returns>What was done; where not all came back, <see cref="CacheRestoreResult.Verified"/> is false.</returns>
    /// <exception cref="OperationException"><see cref="CacheBackupErrors.RestoreIncomplete"/>: it ended in the middle.</exception>
    public async Task<CacheRestoreResult> RunAsync(CacheBackupOptions? safety, CancellationToken cancellationToken)
    {
        var (started, clock) = (DateTimeOffset.UtcNow, Stopwatch.StartNew());
        var safetyCopy = safety is not null && plan.OverwritesKeys ? await KeepAsync(safety, cancellationToken).ConfigureAwait(false) : null;
        var touched = false;
        try
        {
            var stream = await CachePart.OpenAsync(context, cancellationToken).ConfigureAwait(false);
            await using var closing = stream.ConfigureAwait(false);
            if (plan.Options.Mode == CacheRestoreMode.Replace)
            {
                touched = true;
                foreach (var one in plan.Databases.Where(one => one.KeysBefore > 0))
                {
                    await new TargetDatabase(stream, one.Database, selection).RemoveAsync(cancellationToken).ConfigureAwait(false);
                }
            }

            touched = true;
            await TransferAsync(stream, cancellationToken).ConfigureAwait(false);
            var verified = await CountAsync(stream, cancellationToken).ConfigureAwait(false);
            return new CacheRestoreResult
            {
                Environment = context.Name, Path = plan.Path, Databases = [.. databases.Values.OrderBy(one => one.Database)], Functions = functions, Skipped = skipped,
                Verified = verified && skipped.Count == 0, SafetyCopy = safetyCopy, StartTime = started, Duration = clock.Elapsed,
            };
        }
        catch (OperationException error) when (touched)
        {
            var done = databases.Values.Sum(one => one.Restored);
            throw new OperationException(
                CacheBackupErrors.RestoreIncomplete,
                $"{error.Message} Restored so far: {Measure.Format(done, MeasureUnit.Count)} of {Measure.Format(plan.Databases.Sum(one => one.KeysInBackup), MeasureUnit.Count)} keys."
                + (safetyCopy is null ? "" : $" What was there before is in {safetyCopy}."),
                context.Name, error);
        }
        finally
        {
            context.Reporter.Progress(new ProgressReport(Activity, "", Completed: true));
        }
    }

    private async Task<string> KeepAsync(CacheBackupOptions safety, CancellationToken cancellationToken)
    {
        var copy = await new CacheBackup(context, safety).RunAsync(cancellationToken).ConfigureAwait(false);
        return copy is { Verified: true, Path: { } path } ? path : throw new OperationException(
            CacheBackupErrors.SnapshotRefused, $"What Redis of environment '{context.Name}' holds now could not be fetched; nothing was changed. -SkipBackup restores without keeping it.", context.Name);
    }

    private async Task TransferAsync(RedisStream stream, CancellationToken cancellationToken)
    {
        var now = await CachePart.NowAsync(stream, cancellationToken).ConfigureAwait(false);
        var file = await source.Open(cancellationToken).ConfigureAwait(false);
        await using var closing = file.ConfigureAwait(false);
        using var digest = new RdbDigest();
        var reader = new RdbReader(file, digest, cancellationToken) { Wants = (database, key) => key.Length == 0 || selection.Contains(database, key) };
        var pipeline = new RestorePipeline(stream, plan.Contents.RdbVersion, plan.Options.Mode != CacheRestoreMode.Empty, Answered);
        try
        {
            foreach (var entry in reader.Read())
            {
                await TakeAsync(stream, pipeline, entry, now, cancellationToken).ConfigureAwait(false);
                if (++read % KeysBetweenReports == 0)
                {
                    context.Reporter.Progress(new ProgressReport(Activity, $"{Measure.Bytes(reader.Position)} of {Measure.Bytes(fileBytes)}", (double)reader.Position / Math.Max(1, fileBytes)));
                }
            }

            await pipeline.CompleteAsync(cancellationToken).ConfigureAwait(false);
            if (digest.Complete().Sha256 != plan.Contents.Sha256)
            {
                throw new OperationException(BackupErrors.Damaged, $"{source.Path} was changed while it was restored.", source.Path);
            }
        }
        catch (InvalidDataException error)
        {
            throw RdbFile.Damaged(source.Path, error);
        }
    }

    private async Task TakeAsync(RedisStream stream, RestorePipeline pipeline, RdbEntry entry, long now, CancellationToken cancellationToken)
    {
        if (entry.Kind != RdbEntryKind.Key)
        {
            if (selection.IsEverything)
            {
                await pipeline.CompleteAsync(cancellationToken).ConfigureAwait(false);
                await TakeOtherAsync(stream, entry, cancellationToken).ConfigureAwait(false);
            }

            return;
        }

        if (!selection.Contains(entry.Database, entry.Key))
        {
            return;
        }

        if (entry.ExpiresAt <= now)
        {
            databases[entry.Database] = databases[entry.Database] with { Expired = databases[entry.Database].Expired + 1 };
        }
        else if (entry.Payload is null)
        {
            Answered(entry.Database, entry.Key, "its value is larger than Redis takes in one command (512 MiB).");
        }
        else
        {
            if (entry.ExpiresAt is { } end)
            {
                Remember(entry.Database, end);
            }

            await pipeline.AddAsync(entry, cancellationToken).ConfigureAwait(false);
        }
    }

    // Only those that can end before this restore does are of interest.
    private void Remember(int database, long end)
    {
        if (end <= DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds())
        {
            expiring.Enqueue(database, end);
        }
    }

    private async Task TakeOtherAsync(RedisStream stream, RdbEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Kind == RdbEntryKind.ModuleData || entry.Payload is not { } value)
        {
            Skip(null, "data of a module", "only the module itself can read it.");
            return;
        }

        stream.AppendCount(4);
        stream.Append("FUNCTION"u8);
        stream.Append("RESTORE"u8);
        stream.AppendJoined(value.Span, RestorePayload.Footer(value.Span, plan.Contents.RdbVersion));
        stream.Append(plan.Options.Mode == CacheRestoreMode.Empty ? "APPEND"u8 : "REPLACE"u8);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        var reply = await stream.ReadReplyAsync(cancellationToken).ConfigureAwait(false);
        if (reply.IsError)
        {
            Skip(null, "a library of functions", OneLine.Of(reply.Text));
        }
        else
        {
            functions++;
        }
    }

    private void Answered(int database, byte[] key, string? fault)
    {
        var before = databases[database];
        databases[database] = fault is null ? before with { Restored = before.Restored + 1 } : before with { Skipped = before.Skipped + 1 };
        if (fault is not null)
        {
            Skip(database, OneLine.Of(Encoding.UTF8.GetString(key)), fault);
        }
    }

    private void Skip(int? database, string key, string reason)
    {
        if (skipped.Count < MostNamed)
        {
            skipped.Add(new CacheSkippedKey(database, key, reason));
        }
    }

    // Fewer keys than were taken, beyond those whose time ended meanwhile, have been evicted for want of memory, or removed by somebody.
    private async Task<bool> CountAsync(RedisStream stream, CancellationToken cancellationToken)
    {
        var verified = true;
        var ended = await EndedAsync(stream, cancellationToken).ConfigureAwait(false);
        foreach (var one in databases.Values.ToList())
        {
            var after = await new TargetDatabase(stream, one.Database, selection).SizeAsync(cancellationToken).ConfigureAwait(false);
            databases[one.Database] = one with { KeysAfter = after };
            var expected = one.Restored - ended.GetValueOrDefault(one.Database);
            if (after < expected)
            {
                verified = false;
                var info = await RedisInfo.AskAsync(stream, "stats", cancellationToken).ConfigureAwait(false);
                Skip(one.Database, string.Create(CultureInfo.InvariantCulture, $"{expected - after} keys"), string.Create(
                    CultureInfo.InvariantCulture, $"the server took them, and they are not there any more (evicted since its start: {info.Number("evicted_keys")})."));
            }
        }

        return verified;
    }

    private async Task<Dictionary<int, long>> EndedAsync(RedisStream stream, CancellationToken cancellationToken)
    {
        var now = await CachePart.NowAsync(stream, cancellationToken).ConfigureAwait(false);
        var ended = new Dictionary<int, long>();
        while (expiring.TryPeek(out var database, out var end) && end <= now)
        {
            ended[database] = ended.GetValueOrDefault(database) + 1;
            expiring.Dequeue();
        }

        return ended;
    }
}
