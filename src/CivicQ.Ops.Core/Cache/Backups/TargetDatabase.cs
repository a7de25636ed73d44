using System.Globalization;

namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>One logical database of the server that is restored into.</summary>
internal sealed class TargetDatabase(RedisStream stream, int database, RestoreSelection selection)
{
    private const int Batch = 1000;

    /// <summary>Makes the connection work on it.</summary>
    public Task<RedisReply> SelectAsync(CancellationToken cancellationToken) =>
        stream.CallAsync(cancellationToken, "SELECT", database.ToString(CultureInfo.InvariantCulture));

    /// <summary>How many keys it has in all.</summary>
    public async Task<long> SizeAsync(CancellationToken cancellationToken)
    {
        await SelectAsync(cancellationToken).ConfigureAwait(false);
        return long.Parse((await stream.CallAsync(cancellationToken, "DBSIZE").ConfigureAwait(false)).Text, CultureInfo.InvariantCulture);
    }

    /// <summary>How many of its keys are concerned.</summary>
    public async Task<long> CountAsync(CancellationToken cancellationToken)
    {
        if (selection.IsWholeDatabase)
        {
            return await SizeAsync(cancellationToken).ConfigureAwait(false);
        }

        long count = 0;
        await ScanAsync("*", keys =>
        {
            count += keys.Count;
            return Task.FromResult(true);
        }, cancellationToken).ConfigureAwait(false);
        return count;
    }

    /// <summary>A key of Celery's broker that is concerned; <see langword="null"/> where there is none.</summary>
    public async Task<string?> FindBrokerKeyAsync(BrokerKeys broker, CancellationToken cancellationToken)
    {
        await SelectAsync(cancellationToken).ConfigureAwait(false);
        foreach (var name in broker.Names)
        {
            if (selection.Fits(System.Text.Encoding.UTF8.GetBytes(name)) && (await stream.CallAsync(cancellationToken, "TYPE", name).ConfigureAwait(false)).Text is not "none")
            {
                return name;
            }
        }

        string? found = null;
        await ScanAsync("*_kombu.binding.*", keys =>
        {
            found ??= keys.Count > 0 ? keys[0].Text : null;
            return Task.FromResult(found is null);
        }, cancellationToken).ConfigureAwait(false);
        return found;
    }

    /// <summary>Removes the keys that are concerned; the server frees their memory beside its work.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        if (selection.IsWholeDatabase)
        {
            await SelectAsync(cancellationToken).ConfigureAwait(false);
            await stream.CallAsync(cancellationToken, "FLUSHDB", "ASYNC").ConfigureAwait(false);
            return;
        }

        await ScanAsync("*", async keys =>
        {
            if (keys.Count > 0)
            {
                stream.AppendCount(keys.Count + 1);
                stream.Append("UNLINK"u8);
                foreach (var key in keys)
                {
                    stream.Append(key.Bytes);
                }

                await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
                var reply = await stream.ReadReplyAsync(cancellationToken).ConfigureAwait(false);
                if (reply.IsError)
                {
                    throw RedisStream.Failure(RedisErrorTranslator.Definition(reply.Text), stream.Address, $"UNLINK: {reply.Text}");
                }
            }

            return true;
        }, cancellationToken).ConfigureAwait(false);
    }

    // SCAN may give a key twice, which does no harm but to the count; KEYS would stop the server.
    private async Task ScanAsync(string pattern, Func<IReadOnlyList<RedisReply>, Task<bool>> next, CancellationToken cancellationToken)
    {
        await SelectAsync(cancellationToken).ConfigureAwait(false);
        var cursor = "0";
        do
        {
            var reply = await stream.CallAsync(cancellationToken, "SCAN", cursor, "MATCH", pattern, "COUNT", Batch.ToString(CultureInfo.InvariantCulture)).ConfigureAwait(false);
            cursor = reply.Items![0].Text;
            if (!await next([.. reply.Items[1].Items!.Where(key => selection.Fits(key.Bytes))]).ConfigureAwait(false))
            {
                return;
            }
        }
        while (cursor != "0");
    }
}
