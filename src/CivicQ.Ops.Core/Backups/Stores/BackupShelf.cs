using System.IO.Enumeration;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Naming;

namespace CivicQ.Ops.Core.Backups.Stores;

/// <summary>The backups of an environment that a question means, with the places open that they are in.</summary>
internal sealed class BackupShelf : IAsyncDisposable
{
    private readonly BackupStores stores;

    private BackupShelf(BackupStores stores, IReadOnlyList<FoundBackup> all, IReadOnlyList<FoundBackup> found) => (this.stores, All, Found) = (stores, all, found);

    /// <summary>All backups of the places, the newest first.</summary>
    public IReadOnlyList<FoundBackup> All { get; }

    /// <summary>Those that are meant.</summary>
    public IReadOnlyList<FoundBackup> Found { get; }

    /// <summary>Opens the places and lists.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="query">Which.</param>
    /// <param name="missing">Told of a name without wildcards that no backup has.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<BackupShelf> OpenAsync(EnvironmentContext context, BackupQuery query, Action<OperationException> missing, CancellationToken cancellationToken)
    {
        var stores = await BackupStores.OpenAsync(context, query.Folder, query.Locations, cancellationToken).ConfigureAwait(false);
        try
        {
            var all = await BackupCatalogue.ListAsync(context, stores, DateTimeOffset.UtcNow, cancellationToken).ConfigureAwait(false);
            foreach (var name in query.Names.Where(name => name.AsSpan().IndexOfAny('*', '?') < 0 && !all.Any(one => string.Equals(one.Info.Name, name, StringComparison.OrdinalIgnoreCase))))
            {
                missing(new OperationException(
                    BackupErrors.NotFound, $"There is no backup '{name}' in environment '{context.Name}'.{NearestName.Hint(name, all.Select(one => one.Info.Name).Distinct(StringComparer.Ordinal))}", name));
            }

            return new BackupShelf(stores, all, [.. all.Where(one => Fits(query, one.Info))]);
        }
        catch
        {
            await stores.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => stores.DisposeAsync();

    private static bool Fits(BackupQuery query, BackupInfo info) =>
        (query.Names.Count == 0 || query.Names.Any(name => FileSystemName.MatchesSimpleExpression(name, info.Name)))
        && (query.Kind is null || info.Kind == query.Kind)
        && (query.Database is null || string.Equals(info.Database, query.Database, StringComparison.Ordinal))
        && (!query.Latest || (info.IsLatest && info.IsOwn));
}
