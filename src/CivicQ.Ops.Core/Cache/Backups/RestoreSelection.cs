using System.Text;

namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>Which keys of a backup are restored.</summary>
internal sealed class RestoreSelection(CacheRestoreOptions options)
{
    private readonly byte[][]? patterns = options.Patterns?.Select(Encoding.UTF8.GetBytes).ToArray();

    /// <summary>True where every key is.</summary>
    public bool IsEverything => patterns is null && options.Databases is null;

    /// <summary>True where every key of a database is.</summary>
    public bool IsWholeDatabase => patterns is null;

    /// <summary>Whether a database is.</summary>
    public bool Contains(int database) => options.Databases?.Contains(database) != false;

    /// <summary>Whether a key is.</summary>
    public bool Contains(int database, ReadOnlySpan<byte> key) => Contains(database) && Fits(key);

    /// <summary>Whether a key's name fits, whatever the database.</summary>
    public bool Fits(ReadOnlySpan<byte> key)
    {
        foreach (var pattern in patterns ?? [])
        {
            if (RedisGlob.IsMatch(pattern, key))
            {
                return true;
            }
        }

        return patterns is null;
    }
}
