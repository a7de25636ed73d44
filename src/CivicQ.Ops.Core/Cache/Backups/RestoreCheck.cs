using System.Globalization;
using System.Text;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>Asks a server, before anything is changed, whether it would take a backup's keys.</summary>
internal static class RestoreCheck
{
    /// <summary>Offers a value of a type that there is not: rights, replica, memory, version and checksum are looked at before the type is refused.</summary>
    /// <exception cref="OperationException"><see cref="CacheBackupErrors.TooNew"/>, or one of <see cref="CacheErrors"/>.</exception>
    public static async Task AskAsync(RedisStream stream, RdbContents contents, CancellationToken cancellationToken)
    {
        stream.AppendCount(6);
        stream.Append("RESTORE"u8);
        stream.Append(Encoding.ASCII.GetBytes($"civicq:restore:{Guid.NewGuid():N}"));
        stream.Append("0"u8);
        stream.Append(RestorePayload.Probe(contents.RdbVersion));
        stream.Append("REPLACE"u8);
        stream.Append("ABSTTL"u8);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        var words = (await stream.ReadReplyAsync(cancellationToken).ConfigureAwait(false)).Text;
        if (words.Contains("Bad data format", StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        if (words.Contains("payload version", StringComparison.OrdinalIgnoreCase))
        {
            throw RedisStream.Failure(
                CacheBackupErrors.TooNew, stream.Address,
                string.Create(CultureInfo.InvariantCulture, $"the backup was written by Redis {contents.RedisVersion ?? "?"} in version {contents.RdbVersion} of the format, which this server does not know."));
        }

        throw RedisStream.Failure(RedisErrorTranslator.Definition(words), stream.Address, $"RESTORE: {words}");
    }
}
