using System.Collections.Concurrent;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Files;

namespace CivicQ.Ops.Core.Environments;

/// <summary>The user's <c>environments.json</c>, read again only when it has changed.</summary>
/// <param name="path">The file; it need not exist.</param>
/// <param name="thresholds">The names of the limits that an environment may override.</param>
public sealed class EnvironmentFile(string path, IReadOnlyCollection<string> thresholds) : IEnvironmentSource
{
    /// <summary>The file's name in its folder.</summary>
    public const string FileName = "environments.json";

    /// <summary>The variable that names another folder, or another <c>.json</c> file.</summary>
    public const string Variable = "CIVICQ_CONFIG";

    private static readonly ConcurrentDictionary<string, (DateTime Changed, long Length, EnvironmentListing Listing)> Known = new(StringComparer.Ordinal);

    /// <summary>Where the file is for this user and process.</summary>
    /// <param name="read">Reads one variable; the process's own unless told.</param>
    /// <returns>The full path.</returns>
    public static string DefaultPath(Func<string, string?>? read = null)
    {
        var named = (read ?? Environment.GetEnvironmentVariable)(Variable);
        return string.IsNullOrWhiteSpace(named)
            ? Path.Combine(UserFolders.ConfigurationFolder(read), FileName)
            : Path.GetFullPath(named.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? named : Path.Combine(named, FileName));
    }

    /// <inheritdoc/>
    public EnvironmentListing Read()
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            // The file need not be there: variables and the lab make environments too.
            return Directory.Exists(path) ? Unreadable("This is a folder.") : EnvironmentListing.Empty;
        }

        try
        {
            // Of the open file: of a link, the path would give the link's own time and length, which stay when its target changes.
            using var handle = File.OpenHandle(path);
            var (changed, length) = (File.GetLastWriteTimeUtc(handle), RandomAccess.GetLength(handle));
            if (Known.TryGetValue(path, out var known) && known.Changed == changed && known.Length == length)
            {
                return known.Listing;
            }

            var listing = EnvironmentReader.Read(File.ReadAllBytes(path), path, thresholds);
            Known[path] = (changed, length, listing);
            return listing;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Unreadable(error.Message);
        }
    }

    /// <summary>Forgets what was read, after the file was written: its time stamp may be too coarse to show it.</summary>
    /// <param name="path">The file.</param>
    internal static void Forget(string path) => Known.TryRemove(path, out _);

    private EnvironmentListing Unreadable(string reason) =>
        new([], [new EnvironmentComplaint(EnvironmentErrors.FileUnreadable, $"The file cannot be read: {reason}", path, 0, 0, null)]);
}
