using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Backups.Stores;

/// <summary>A folder or a bucket that keeps backups. Its members fail with <see cref="BackupErrors"/> or the place's own errors.</summary>
internal interface IBackupStore : IAsyncDisposable
{
    /// <summary>What it is.</summary>
    BackupLocation Location { get; }

    /// <summary>Where, for people.</summary>
    string Address { get; }

    /// <summary>Begins a backup. Nothing of it is to be seen until it is published.</summary>
    /// <param name="path">The backup.</param>
    /// <param name="fileName">The name of its one file.</param>
    /// <param name="expectedBytes">How large it may become, to refuse in time where that does not fit; 0 where nobody knows.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IBackupUpload> BeginAsync(BackupPath path, string fileName, long expectedBytes, CancellationToken cancellationToken);

    /// <summary>Keeps every other backup out of a series until it is disposed of, whichever server that one is of.</summary>
    /// <returns><see langword="null"/> where the place knows no locks.</returns>
    /// <exception cref="OperationException"><see cref="BackupErrors.Busy"/> where one runs.</exception>
    IDisposable? Hold(string series);

    /// <summary>Where a backup is, for people.</summary>
    string Describe(BackupPath path);

    /// <summary>Backups, damaged ones included, in no order; work that is not done yet, and left-overs of it, are none.</summary>
    /// <param name="series">The series; all where this is <see langword="null"/>.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    IAsyncEnumerable<StoredBackup> ListAsync(string? series, CancellationToken cancellationToken);

    /// <summary>Opens a file of a backup; a connection that breaks meanwhile is made again.</summary>
    /// <exception cref="OperationException"><see cref="BackupErrors.Damaged"/> where it is not there.</exception>
    Task<Stream> OpenAsync(BackupPath path, string fileName, CancellationToken cancellationToken);

    /// <summary>Removes a backup: it is none any more from the first moment, even where the rest then fails.</summary>
    Task RemoveAsync(BackupPath path, CancellationToken cancellationToken);

    /// <summary>Points <c>latest.json</c> of the series at a backup.</summary>
    Task PointAsync(BackupPath path, ReadOnlyMemory<byte> manifest, CancellationToken cancellationToken);

    /// <summary>Removes what earlier runs of a series that were killed left behind. The caller holds the series' lock.</summary>
    /// <returns>How many there were.</returns>
    Task<int> SweepAsync(string series, CancellationToken cancellationToken);
}
