using System.Globalization;
using System.Text;
using CivicQ.Ops.Core.Texts;

namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>Sends keys to a server without waiting for each: while it works on one batch, the next is being made.</summary>
/// <param name="stream">The connection.</param>
/// <param name="version">The version of the backup's format.</param>
/// <param name="replace">Whether keys of the same name are overwritten.</param>
/// <param name="answered">Told of each key that the server took, or did not: the database, the key, and why not.</param>
internal sealed class RestorePipeline(RedisStream stream, int version, bool replace, Action<int, byte[], string?> answered)
{
    private const int BatchBytes = 1 << 20;
    private const int BatchKeys = 500;

    // Of one key the server says this; anything else it would say of every other key too.
    private static readonly string[] OfOneKey = ["BUSYKEY", "ERR Bad data format", "ERR DUMP payload", "ERR Invalid TTL", "ERR Protocol error: invalid bulk"];
    private readonly Queue<(int Database, byte[]? Key)> waiting = new();
    private int sent;
    private int database = -1;

    /// <summary>Sends a key.</summary>
    public async Task AddAsync(RdbEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Database != database)
        {
            database = entry.Database;
            stream.Append("SELECT", database.ToString(CultureInfo.InvariantCulture));
            waiting.Enqueue((database, null));
        }

        var value = entry.Payload!.Value;
        var footer = RestorePayload.Footer(value.Span, version);
        stream.AppendCount(replace ? 6 : 5);
        stream.Append("RESTORE"u8);
        stream.Append(entry.Key);
        stream.Append(Encoding.ASCII.GetBytes((entry.ExpiresAt ?? 0).ToString(CultureInfo.InvariantCulture)));
        stream.AppendJoined(value.Span, footer);
        stream.Append("ABSTTL"u8);
        if (replace)
        {
            stream.Append("REPLACE"u8);
        }

        waiting.Enqueue((database, entry.Key));
        if (stream.Waiting >= BatchBytes || waiting.Count - sent >= BatchKeys)
        {
            await SendAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Sends what is left, and waits for all answers.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await SendAsync(cancellationToken).ConfigureAwait(false);
        await ReadAsync(sent, cancellationToken).ConfigureAwait(false);
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        var before = sent;
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        sent = waiting.Count;
        await ReadAsync(before, cancellationToken).ConfigureAwait(false);
    }

    private async Task ReadAsync(int count, CancellationToken cancellationToken)
    {
        for (; count > 0; count--, sent--)
        {
            var reply = await stream.ReadReplyAsync(cancellationToken).ConfigureAwait(false);
            var (number, key) = waiting.Dequeue();
            if (reply.IsError && (key is null || !Array.Exists(OfOneKey, words => reply.Text.StartsWith(words, StringComparison.OrdinalIgnoreCase))))
            {
                throw RedisStream.Failure(RedisErrorTranslator.Definition(reply.Text), stream.Address, $"RESTORE: {reply.Text}");
            }

            if (key is not null)
            {
                answered(number, key, reply.IsError ? OneLine.Of(reply.Text) : null);
            }
        }
    }
}
