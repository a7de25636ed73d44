using System.Globalization;
using CivicQ.Ops.Core.Measures;

namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>What a restore would do: the backup was read and found whole, the server was asked, and nothing was changed yet.</summary>
public sealed record CacheRestorePlan
{
    /// <summary>The backup.</summary>
    public required string Path { get; init; }

    /// <summary>What is in it.</summary>
    public required RdbContents Contents { get; init; }

    /// <summary>The server.</summary>
    public required string Server { get; init; }

    /// <summary>The databases with their counts.</summary>
    public required IReadOnlyList<CacheDatabaseRestore> Databases { get; init; }

    /// <summary>What and over what.</summary>
    public required CacheRestoreOptions Options { get; init; }

    /// <summary>True where there is nothing to do.</summary>
    public bool IsEmpty => Databases.Count == 0 && (Contents.Functions == 0 || Options.Databases is not null || Options.Patterns is not null);

    /// <summary>True where there is anything that could be lost.</summary>
    public bool OverwritesKeys => Databases.Any(database => database.KeysBefore > 0);

    /// <summary>What changes, for people.</summary>
    public string Target => $"Redis at {Server}{(Databases.Count > 0 ? ", " : "")}{string.Join(", ", Databases.Select(one => string.Create(CultureInfo.InvariantCulture, $"database {one.Database} ({Count(one.KeysBefore)} keys now)")))}";

    /// <summary>What is done to it, for people.</summary>
    public string Action
    {
        get
        {
            var counts = string.Join(", ", Databases.Select(one => string.Create(
                CultureInfo.InvariantCulture, $"{Count(one.KeysInBackup - one.Expired)} keys into database {one.Database}{(one.Expired > 0 ? $" ({Count(one.Expired)} more have expired)" : "")}")));
            var what = Options.Mode switch
            {
                CacheRestoreMode.Replace => "Remove these keys and restore",
                CacheRestoreMode.Merge => "Restore, overwriting keys of the same name,",
                _ => "Restore",
            };
            return $"{what} {counts} from {Path}";
        }
    }

    private static string Count(long count) => Measure.Format(count, MeasureUnit.Count);
}
