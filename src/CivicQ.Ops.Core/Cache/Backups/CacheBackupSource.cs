namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>A snapshot to restore from, wherever it is kept. It is read twice: to see that it is whole, and to restore it.</summary>
/// <param name="Path">Where it is, for people.</param>
/// <param name="Open">Opens it.</param>
public sealed record CacheBackupSource(string Path, Func<CancellationToken, Task<Stream>> Open)
{
    /// <summary>The SHA-256 that its manifest says; <see langword="null"/> where it has none.</summary>
    public string? Sha256 { get; init; }

    /// <summary>A plain RDB file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The source.</returns>
    public static CacheBackupSource File(string path) => new(path, _ => Task.FromResult<Stream>(RdbFile.Open(path)));
}
