using System.Runtime.CompilerServices;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Storage.Versions;

/// <summary>Reads the versions of objects, key after key, newest first.</summary>
public static class VersionReader
{
    /// <summary>The versions of a key, or of all keys that begin alike.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="query">Which.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    /// <returns>The versions as they come.</returns>
    /// <exception cref="OperationException">One of <see cref="StorageErrors"/>.</exception>
    public static async IAsyncEnumerable<ObjectVersion> ReadAsync(
        EnvironmentContext context, VersionQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buckets = StorageScope.Buckets(context, query.Buckets);
        using var store = await ObjectStore.ConnectAsync(context, cancellationToken).ConfigureAwait(false);
        foreach (var bucket in buckets)
        {
            await foreach (var versions in VersionLister.ListAsync(store, bucket, query.Key ?? query.Prefix, query.Key is not null, cancellationToken).ConfigureAwait(false))
            {
                foreach (var version in Choose(versions, query))
                {
                    yield return version;
                }
            }
        }
    }

    private static IEnumerable<ObjectVersion> Choose(IReadOnlyList<ObjectVersion> versions, VersionQuery query)
    {
        if (query.Deleted && !versions[0].IsDeleteMarker)
        {
            return [];
        }

        if (query.AsOf is { } moment)
        {
            // A key that was not there, or deleted, had no content then.
            return VersionLister.At(versions, moment) is { IsDeleteMarker: false } then ? [then] : [];
        }

        return query.Deleted ? [versions[0]] : versions;
    }
}
