using CivicQ.Ops.Core.Files;

namespace CivicQ.Ops.Core.Backups;

/// <summary>The names of backups in a folder, for completion: nothing but folders' names is read.</summary>
public static class BackupNames
{
    /// <summary>Lists them.</summary>
    /// <param name="folder">The folder of all backups.</param>
    /// <returns>The names, the newest first, each with where it is; nothing where the folder cannot be read.</returns>
    public static IEnumerable<(string Name, string Hint)> In(string folder)
    {
        try
        {
            var root = new DirectoryInfo(Path.GetFullPath(folder, CurrentFolder.Path));
            var found = from source in root.EnumerateDirectories()
                        from kind in source.EnumerateDirectories()
                        from backup in kind.EnumerateDirectories()
                        let path = BackupPath.Parse(source.Name, kind.Name, backup.Name)
                        where path is not null && !backup.Name.StartsWith('.')
                        orderby path.Time descending
                        select (backup.Name, backup.FullName);
            return [.. found];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
