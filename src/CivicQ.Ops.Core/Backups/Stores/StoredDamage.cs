using System.Globalization;

namespace CivicQ.Ops.Core.Backups.Stores;

/// <summary>What can be seen of a backup's damage without reading its data.</summary>
internal static class StoredDamage
{
    /// <summary>Says what is wrong.</summary>
    /// <param name="manifest">What the backup says of itself.</param>
    /// <param name="size">The size of its file; <see langword="null"/> where there is none.</param>
    /// <returns><see langword="null"/> where nothing is.</returns>
    public static string? Of(BackupManifest manifest, long? size) => size switch
    {
        null => $"{manifest.FileName} is missing.",
        _ when size != manifest.SizeBytes => string.Create(CultureInfo.InvariantCulture, $"{manifest.FileName} has {size} bytes, and {manifest.SizeBytes} were written."),
        _ => null,
    };
}
