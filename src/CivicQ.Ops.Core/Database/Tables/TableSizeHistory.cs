using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CivicQ.Ops.Core.Files;
using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Database.Tables;

/// <summary>Remembers how large the tables of a database were when this user last looked: a file in the folder of records.</summary>
public sealed class TableSizeHistory
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly string path;
    private readonly Dictionary<string, TableSizeEntry> entries;
    private readonly Dictionary<string, TableSizeEntry> seen = new(StringComparer.Ordinal);
    private readonly DateTimeOffset now;
    private readonly IOperationReporter reporter;

    private TableSizeHistory(string path, Dictionary<string, TableSizeEntry> entries, DateTimeOffset now, IOperationReporter reporter)
    {
        this.path = path;
        this.entries = entries;
        this.now = now;
        this.reporter = reporter;
    }

    /// <summary>Reads what is remembered; a file that cannot be read is warned about and begun anew.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="database">The database.</param>
    /// <param name="reporter">Where warnings go.</param>
    /// <param name="now">The time of this look; the clock's where this is <see langword="null"/>.</param>
    /// <returns>The memory.</returns>
    public static TableSizeHistory Open(string environment, string database, IOperationReporter reporter, DateTimeOffset? now = null)
    {
        var path = PathOf(environment, database);
        return new TableSizeHistory(path, Read(path, reporter), now ?? DateTimeOffset.UtcNow, reporter);
    }

    /// <summary>Gives a table its growth since the last look, and remembers it.</summary>
    /// <param name="size">The table now.</param>
    /// <returns>The table with its growth.</returns>
    public DatabaseTableSize Grow(DatabaseTableSize size)
    {
        var key = JsonSerializer.Serialize(new[] { size.Schema, size.Table });
        seen[key] = new TableSizeEntry(size.TotalBytes, now);
        return entries.TryGetValue(key, out var before)
            ? size with { GrowthBytes = size.TotalBytes - before.Bytes, GrowthSince = before.Time }
            : size;
    }

    /// <summary>Writes what was seen; what was not looked at stays as it was. The file appears whole or not at all.</summary>
    public void Save()
    {
        if (seen.Count == 0)
        {
            return;
        }

        try
        {
            UserFolders.CreatePrivate(Path.GetDirectoryName(path)!);
            using (FileLock.Acquire(path + ".lock", Patience))
            {
                // Somebody else may have looked at other tables meanwhile.
                var all = Read(path, NullReporter.Instance);
                foreach (var (key, entry) in seen)
                {
                    all[key] = entry;
                }

                PrivateFile.Replace(path, JsonSerializer.SerializeToUtf8Bytes(all));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or TimeoutException)
        {
            reporter.Warning($"The sizes could not be remembered, so the next run cannot tell the growth: {error.Message}");
        }
    }

    /// <summary>The file of a database's sizes.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="database">The database.</param>
    /// <returns>The path; names of any letters, so their digest.</returns>
    internal static string PathOf(string environment, string database)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{environment.ToUpperInvariant()}\0{database}"));
        return Path.Combine(UserFolders.StateFolder(), "table-sizes", Convert.ToHexString(digest)[..32] + ".json");
    }

    private static Dictionary<string, TableSizeEntry> Read(string path, IOperationReporter reporter)
    {
        try
        {
            return File.Exists(path)
                ? new(JsonSerializer.Deserialize<Dictionary<string, TableSizeEntry>>(File.ReadAllBytes(path)) ?? [], StringComparer.Ordinal)
                : new(StringComparer.Ordinal);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            reporter.Warning($"What is remembered of the sizes cannot be read, and is begun anew: {path}: {error.Message}");
            return new(StringComparer.Ordinal);
        }
    }
}
