namespace CivicQ.Ops.Core.Backups.Stores;

/// <summary>Looks at a backup's decompressed bytes while they are read, to see that they are of the form they should be.</summary>
internal interface IBackupCheck
{
    /// <summary>Gets the next bytes.</summary>
    void Add(ReadOnlySpan<byte> bytes);

    /// <summary>Says what is wrong, after the last byte.</summary>
    /// <returns><see langword="null"/> where nothing is.</returns>
    string? End();
}
