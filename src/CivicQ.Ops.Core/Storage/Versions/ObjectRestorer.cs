using Amazon.S3.Model;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Storage.Versions;

/// <summary>Brings objects back to what they were, on the server's side. Of versions it removes delete markers alone.</summary>
public sealed class ObjectRestorer : IDisposable
{
    private readonly ObjectStore store;

    private ObjectRestorer(ObjectStore store, string bucket) => (this.store, Bucket) = (store, bucket);

    /// <summary>The bucket.</summary>
    public string Bucket { get; }

    /// <summary>Connects, and makes sure that the bucket keeps versions.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="bucket">The bucket; the environment's only one without it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The restorer.</returns>
    /// <exception cref="OperationException"><c>BucketNotNamed</c>, <c>BucketNotVersioned</c> and others of <see cref="StorageErrors"/>.</exception>
    public static async Task<ObjectRestorer> OpenAsync(EnvironmentContext context, string? bucket, CancellationToken cancellationToken)
    {
        StorageScope.EnsureConfigured(context);
        var restorer = new ObjectRestorer(await ObjectStore.ConnectAsync(context, cancellationToken).ConfigureAwait(false), VersionLister.Bucket(context, bucket));
        try
        {
            await VersionLister.EnsureVersionedAsync(restorer.store, restorer.Bucket, cancellationToken).ConfigureAwait(false);
            return restorer;
        }
        catch
        {
            restorer.Dispose();
            throw;
        }
    }

    /// <summary>The plan for one key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="versionId">The version; without it the object is undeleted.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The plan; nothing is changed.</returns>
    /// <exception cref="OperationException"><c>StorageObjectNotFound</c>: the bucket never had it, or has forgotten it.</exception>
    public async Task<ObjectRestoreStep> PlanAsync(string key, string? versionId, CancellationToken cancellationToken)
    {
        await foreach (var versions in VersionLister.ListAsync(store, Bucket, key, exact: true, cancellationToken).ConfigureAwait(false))
        {
            return ObjectRestorePlanner.To(versions, versionId);
        }

        throw new OperationException(StorageErrors.ObjectNotFound, $"{ObjectStore.Target(Bucket, key)} has no versions, and no delete marker.", ObjectStore.Target(Bucket, key));
    }

    /// <summary>The plan for all keys that begin so; those that are as they were are left out.</summary>
    /// <param name="prefix">What the keys begin with.</param>
    /// <param name="moment">The time to set back to.</param>
    /// <param name="removeNewer">Whether what was not there then is to be hidden.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The plans as they come.</returns>
    public async IAsyncEnumerable<ObjectRestoreStep> PlanAsync(
        string prefix, DateTimeOffset moment, bool removeNewer, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var versions in VersionLister.ListAsync(store, Bucket, prefix, exact: false, cancellationToken).ConfigureAwait(false))
        {
            if (ObjectRestorePlanner.AsOf(versions, moment, removeNewer) is { Outcome: not ObjectRestoreOutcome.AlreadyThere } step)
            {
                yield return step;
            }
        }
    }

    /// <summary>Does it, and looks at what is there then.</summary>
    /// <param name="step">What to do; a change (<see cref="ObjectRestoreStep.IsChange"/>).</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What became of it.</returns>
    /// <exception cref="OperationException">It failed.</exception>
    public async Task<ObjectRestoreResult> RunAsync(ObjectRestoreStep step, CancellationToken cancellationToken)
    {
        var (key, target) = (step.Latest.Key, ObjectStore.Target(Bucket, step.Latest.Key));
        switch (step.Outcome)
        {
            case ObjectRestoreOutcome.Restored:
                var source = await store.HeadAsync(Bucket, key, step.Version!.VersionId, cancellationToken).ConfigureAwait(false)
                    ?? throw new OperationException(StorageErrors.ObjectNotFound, $"{target} has no version {step.Version.VersionId} any more.", target);
                // The tag of a copy in parts, and of parts that were copied in one, is another: the length is what there is to compare then.
                var copy = await store.CopyAsync(source with { VersionId = step.Version.VersionId }, Bucket, key, cancellationToken).ConfigureAwait(false);
                return Done(step, copy.VersionId);
            case ObjectRestoreOutcome.Undeleted:
                foreach (var marker in step.Markers)
                {
                    await DeleteAsync(key, marker.VersionId, target, cancellationToken).ConfigureAwait(false);
                }

                var visible = await store.HeadAsync(Bucket, key, versionId: null, cancellationToken).ConfigureAwait(false);
                return visible is not null && visible.SizeBytes == step.Version!.SizeBytes && visible.ETag == step.Version.ETag
                    ? Done(step, step.Version.VersionId)
                    : throw new OperationException(StorageErrors.ObjectChanged, $"{target} is not what its delete marker hid: somebody wrote or deleted it meanwhile.", target);
            default:
                await DeleteAsync(key, versionId: null, target, cancellationToken).ConfigureAwait(false);
                return step.Result(ObjectRestoreOutcome.Removed, step.Action + ".") with { IsVerified = await store.HeadAsync(Bucket, key, versionId: null, cancellationToken).ConfigureAwait(false) is null };
        }
    }

    /// <inheritdoc/>
    public void Dispose() => store.Dispose();

    private static ObjectRestoreResult Done(ObjectRestoreStep step, string? versionId) => step.Result(step.Outcome, step.Action + ".") with { NewVersionId = versionId, IsVerified = true };

    private async Task DeleteAsync(string key, string? versionId, string target, CancellationToken cancellationToken) => await store.Retry.RunAsync(
        target, attempt => store.Client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = Bucket, Key = key, VersionId = versionId }, attempt.Token), cancellationToken).ConfigureAwait(false);
}
