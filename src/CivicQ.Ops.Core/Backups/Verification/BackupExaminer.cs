using System.Runtime.CompilerServices;
using CivicQ.Ops.Core.Backups.Stores;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Backups.Verification;

/// <summary>Lists backups, and reads them to see whether they are good.</summary>
public static class BackupExaminer
{
    /// <summary>Lists those that are meant, the newest first.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="query">Which.</param>
    /// <param name="missing">Told of a name without wildcards that no backup has.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The backups.</returns>
    /// <exception cref="OperationException"><see cref="BackupErrors.NoPlace"/>, or the place's own errors.</exception>
    public static async Task<IReadOnlyList<BackupInfo>> ListAsync(EnvironmentContext context, BackupQuery query, Action<OperationException> missing, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(query);
        var shelf = await BackupShelf.OpenAsync(context, query, missing, cancellationToken).ConfigureAwait(false);
        await using var closing = shelf.ConfigureAwait(false);
        return [.. shelf.Found.Select(one => one.Info)];
    }

    /// <summary>Reads those that are meant, one after the other.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="query">Which.</param>
    /// <param name="missing">Told of a name without wildcards that no backup has.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>A result each.</returns>
    /// <exception cref="OperationException"><see cref="BackupErrors.NoPlace"/>, <see cref="BackupErrors.NotFound"/>, or the place's own errors.</exception>
    public static async IAsyncEnumerable<BackupTestResult> TestAsync(
        EnvironmentContext context, BackupQuery query, Action<OperationException> missing, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(query);
        var shelf = await BackupShelf.OpenAsync(context, query, missing, cancellationToken).ConfigureAwait(false);
        await using var closing = shelf.ConfigureAwait(false);
        if (shelf.Found.Count == 0 && query.Names.Count == 0)
        {
            // No backup at all is what a test must not pass over.
            throw new OperationException(BackupErrors.NotFound, $"Environment '{context.Name}' has no backup{(query.Kind is { } kind ? $" of the kind {kind}" : "")}{BackupCatalogue.Others(shelf.All)}.", context.Name);
        }

        foreach (var found in shelf.Found)
        {
            yield return await BackupVerifier.VerifyAsync(context, found, cancellationToken).ConfigureAwait(false);
        }
    }
}
