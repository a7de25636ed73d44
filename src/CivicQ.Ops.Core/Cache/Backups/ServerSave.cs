using System.Globalization;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Measures;
using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>Lets a server save its data itself, and sees that it did: for servers that nobody may replicate from.</summary>
/// <param name="stream">The connection.</param>
/// <param name="reporter">Gets the progress.</param>
internal sealed class ServerSave(RedisStream stream, IOperationReporter reporter)
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);

    private string Activity => $"Redis at {stream.Address} saves its data";

    /// <summary>Saves, and waits until that is done.</summary>
    /// <param name="cancellationToken">Ends the wait; the server goes on by itself.</param>
    /// <returns>The second, by the server's clock, at or after which the save was begun.</returns>
    /// <exception cref="OperationException"><see cref="CacheBackupErrors.SnapshotRefused"/>, <see cref="CacheBackupErrors.SnapshotFailed"/>.</exception>
    public async Task<DateTimeOffset> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            // One under way already has older data, and says nothing about ours.
            await IdleAsync("A save that was under way already is waited for", cancellationToken).ConfigureAwait(false);
            var (before, began) = await NewSecondAsync(cancellationToken).ConfigureAwait(false);

            // SCHEDULE: where the append-only file is being rewritten, it begins afterwards.
            await AskAsync(cancellationToken, "BGSAVE", "SCHEDULE").ConfigureAwait(false);
            RedisInfo info;
            do
            {
                await Task.Delay(Beat, cancellationToken).ConfigureAwait(false);
                info = await IdleAsync("Saving", cancellationToken).ConfigureAwait(false);
                if (info["rdb_last_bgsave_status"] is not ("ok" or ""))
                {
                    throw RedisStream.Failure(CacheBackupErrors.SnapshotFailed, stream.Address, $"the server could not save its data (rdb_last_bgsave_status: {info["rdb_last_bgsave_status"]}).");
                }
            }
            while (await LastSaveAsync(cancellationToken).ConfigureAwait(false) <= before);
            return began;
        }
        finally
        {
            reporter.Progress(new ProgressReport(Activity, "", Completed: true));
        }
    }

    /// <summary>Where the server's file is, on its machine; <see langword="null"/> where it does not say.</summary>
    public async Task<string?> PathAsync(CancellationToken cancellationToken)
    {
        async Task<string?> Setting(string name) =>
            await stream.AskAsync(cancellationToken, "CONFIG", "GET", name).ConfigureAwait(false) is { IsError: false, Items: [_, var value] } ? value.Text : null;

        // Always with slashes: the server is no Windows program.
        return await Setting("dir").ConfigureAwait(false) is { Length: > 0 } folder && await Setting("dbfilename").ConfigureAwait(false) is { Length: > 0 } file
            ? $"{folder.TrimEnd('/')}/{file}" : null;
    }

    // LASTSAVE counts seconds: a save within the second of the one before could not be told from it.
    private async Task<(long LastSave, DateTimeOffset Now)> NewSecondAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var last = await LastSaveAsync(cancellationToken).ConfigureAwait(false);
            var now = await AskAsync(cancellationToken, "TIME").ConfigureAwait(false) is { Items: [var seconds, ..] }
                ? long.Parse(seconds.Text, CultureInfo.InvariantCulture) : DateTimeOffset.UtcNow.ToUnixTimeSeconds();
            if (now > last)
            {
                return (last, DateTimeOffset.FromUnixTimeSeconds(now));
            }

            await Task.Delay(Beat, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<long> LastSaveAsync(CancellationToken cancellationToken) =>
        long.Parse((await AskAsync(cancellationToken, "LASTSAVE").ConfigureAwait(false)).Text, CultureInfo.InvariantCulture);

    private async Task<RedisInfo> IdleAsync(string status, CancellationToken cancellationToken)
    {
        while (true)
        {
            var info = await RedisInfo.AskAsync(stream, "persistence", cancellationToken).ConfigureAwait(false);
            if (info["rdb_bgsave_in_progress"] != "1" && info["aof_rewrite_in_progress"] != "1")
            {
                return info;
            }

            var (done, all) = (info.Number("current_save_keys_processed"), info.Number("current_save_keys_total"));
            reporter.Progress(new ProgressReport(
                Activity, all > 0 ? $"{status}: {Measure.Format(done, MeasureUnit.Count)} of {Measure.Format(all, MeasureUnit.Count)} keys" : status, all > 0 ? (double)done / all : null));
            await Task.Delay(Beat, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<RedisReply> AskAsync(CancellationToken cancellationToken, params string[] words)
    {
        var reply = await stream.AskAsync(cancellationToken, words).ConfigureAwait(false);
        return !reply.IsError ? reply : throw RedisStream.Failure(
            RdbDownload.IsRefusal(reply.Text) ? CacheBackupErrors.SnapshotRefused : RedisErrorTranslator.Definition(reply.Text), stream.Address, $"{words[0]}: {reply.Text}");
    }
}
