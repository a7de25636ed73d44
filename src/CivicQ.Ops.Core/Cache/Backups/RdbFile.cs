using System.Globalization;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>Looks at snapshots of Redis: are they whole, and what is in them.</summary>
public static class RdbFile
{
    /// <summary>Reads a file from beginning to end: magic, version, checksum, structure, keys of each database. Memory stays flat.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>What is in it.</returns>
    /// <exception cref="OperationException"><see cref="BackupErrors.NotFound"/>, <see cref="BackupErrors.Damaged"/>.</exception>
    public static Task<RdbContents> VerifyAsync(string path, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            using var stream = Open(path);
            return Verify(stream, path, cancellationToken);
        },
        cancellationToken);

    /// <summary>Reads a snapshot from beginning to end.</summary>
    /// <param name="stream">The snapshot.</param>
    /// <param name="name">Its name, for errors.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>What is in it.</returns>
    /// <exception cref="OperationException"><see cref="BackupErrors.Damaged"/>.</exception>
    public static RdbContents Verify(Stream stream, string name, CancellationToken cancellationToken) => Verify(stream, name, _ => { }, cancellationToken);

    /// <summary>Reads a snapshot from beginning to end, and shows each entry.</summary>
    internal static RdbContents Verify(Stream stream, string name, Action<RdbEntry> look, CancellationToken cancellationToken)
    {
        using var digest = new RdbDigest();
        var reader = new RdbReader(stream, digest, cancellationToken);
        try
        {
            var tally = new RdbTally();
            string? notCounted = null;
            try
            {
                foreach (var entry in reader.Read())
                {
                    tally.Add(entry);
                    look(entry);
                }
            }
            catch (NotSupportedException unknown)
            {
                notCounted = $"{unknown.Message} (at byte {reader.Position})";
                reader.Drain();
            }

            var (sha, hasChecksum) = digest.Complete();
            return new RdbContents
            {
                SizeBytes = digest.Length,
                Sha256 = sha,
                RdbVersion = digest.Version,
                HasChecksum = hasChecksum,
                RedisVersion = reader.Auxiliaries.GetValueOrDefault("redis-ver") ?? reader.Auxiliaries.GetValueOrDefault("valkey-ver"),
                CreatedAt = BegunAt(reader),
                Databases = notCounted is null ? tally.Databases : [],
                Functions = tally.Functions,
                QueueDatabases = tally.QueueDatabases,
                NotCounted = notCounted,
            };
        }
        catch (InvalidDataException error)
        {
            throw Damaged(name, error);
        }
        catch (IOException error)
        {
            throw new OperationException(CacheBackupErrors.Unreadable, $"{name} cannot be read: {error.Message}", name, error);
        }
    }

    /// <summary>When a server began to write a snapshot, by its clock; <see langword="null"/> where the file does not say, or is none.</summary>
    internal static DateTimeOffset? BegunAt(Stream stream, CancellationToken cancellationToken)
    {
        using var digest = new RdbDigest();
        var reader = new RdbReader(stream, digest, cancellationToken);
        try
        {
            // What the server says of itself stands before the first key.
            foreach (var _ in reader.Read())
            {
                break;
            }
        }
        catch (Exception error) when (error is InvalidDataException or NotSupportedException or IOException)
        {
            return null;
        }

        return BegunAt(reader);
    }

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="OperationException"><see cref="BackupErrors.NotFound"/> or <see cref="CacheBackupErrors.Unreadable"/>.</exception>
    internal static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new OperationException(BackupErrors.NotFound, $"There is no file '{path}'.", path, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OperationException(CacheBackupErrors.Unreadable, $"{path} cannot be read: {error.Message}", path, error);
        }
    }

    /// <summary>The error of a damaged snapshot.</summary>
    internal static OperationException Damaged(string name, InvalidDataException error) =>
        new(BackupErrors.Damaged, $"{name}: {error.Message}", name, error);

    private static DateTimeOffset? BegunAt(RdbReader reader) =>
        long.TryParse(reader.Auxiliaries.GetValueOrDefault("ctime"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
}
