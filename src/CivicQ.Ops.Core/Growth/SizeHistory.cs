using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CivicQ.Ops.Core.Files;
using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Growth;

/// <summary>Remembers how large things were when this user last looked: the tables of a database, the folders of a bucket. A file in the folder of records.</summary>
public sealed class SizeHistory
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly string path;
    private readonly Dictionary<string, SizeEntry> entries;
    private readonly Dictionary<string, SizeEntry> seen = new(StringComparer.Ordinal);
    private readonly DateTimeOffset now;
    private readonly IOperationReporter reporter;

    private SizeHistory(string path, Dictionary<string, SizeEntry> entries, DateTimeOffset now, IOperationReporter reporter)
    {
        this.path = path;
        this.entries = entries;
        this.now = now;
        this.reporter = reporter;
    }

    /// <summary>Reads what is remembered; a file that cannot be read is warned about and begun anew.</summary>
    /// <param name="kind">What is remembered: the folder's name, such as <c>table-sizes</c>.</param>
    /// <param name="environment">The environment.</param>
    /// <param name="name">What it belongs to: the database or the bucket.</param>
    /// <param name="reporter">Where warnings go.</param>
    /// <param name="now">The time of this look; the clock's where this is <see langword="null"/>.</param>
    /// <returns>The memory.</returns>
    public static SizeHistory Open(string kind, string environment, string name, IOperationReporter reporter, DateTimeOffset? now = null)
    {
        var path = PathOf(kind, environment, name);
        return new SizeHistory(path, Read(path, reporter), now ?? DateTimeOffset.UtcNow, reporter);
    }

    /// <summary>Tells how much something grew since the last look, and remembers its size now.</summary>
    /// <param name="bytes">Its size now.</param>
    /// <param name="parts">What names it, such as schema and table.</param>
    /// <returns>The growth in bytes, negative where it shrank, and when the last look was; both <see langword="null"/> at the first.</returns>
    public (long? Bytes, DateTimeOffset? Since) Grow(long bytes, params string[] parts)
    {
        var key = JsonSerializer.Serialize(parts);
        seen[key] = new SizeEntry(bytes, now);
        return entries.TryGetValue(key, out var before) ? (bytes - before.Bytes, before.Time) : (null, null);
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

    /// <summary>The file of what belongs together.</summary>
    /// <param name="kind">The folder's name.</param>
    /// <param name="environment">The environment.</param>
    /// <param name="name">The database or the bucket.</param>
    /// <returns>The path; names of any letters, so their digest.</returns>
    internal static string PathOf(string kind, string environment, string name)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{environment.ToUpperInvariant()}\0{name}"));
        return Path.Combine(UserFolders.StateFolder(), kind, Convert.ToHexString(digest)[..32] + ".json");
    }

    private static Dictionary<string, SizeEntry> Read(string path, IOperationReporter reporter)
    {
        try
        {
            return File.Exists(path)
                ? new(JsonSerializer.Deserialize<Dictionary<string, SizeEntry>>(File.ReadAllBytes(path)) ?? [], StringComparer.Ordinal)
                : new(StringComparer.Ordinal);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            reporter.Warning($"What is remembered of the sizes cannot be read, and is begun anew: {path}: {error.Message}");
            return new(StringComparer.Ordinal);
        }
    }
}
