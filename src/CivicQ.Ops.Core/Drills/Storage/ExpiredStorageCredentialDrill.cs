using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Storage;

namespace CivicQ.Ops.Core.Drills.Storage;

/// <summary>The storage's keys were rotated, and the environment still has the old one. The new one lies beside it.</summary>
public sealed class ExpiredStorageCredentialDrill : IDrill
{
    private const string New = ".new";

    /// <inheritdoc/>
    public LabServerKind Server => LabServerKind.Storage;

    /// <inheritdoc/>
    public DrillDescription Description { get; } = new()
    {
        Name = "ExpiredStorageCredential",
        Symptom = "The storage's keys were rotated last night. Uploads and backups into buckets fail since then.",
        Injection = "puts an old key in the place of the environment's secret access key; the new one is in the file beside it, which ends in .new",
        Hint = "Get-CivicQHealth Storage",
        Remedy = "(Get-CivicQEnvironment lab).Definition.Storage.SecretKey.Location | ForEach-Object { Get-Content \"$_.new\" | Set-Content $_ }",
        Source = "runbook, Data Recovery",
    };

    /// <inheritdoc/>
    public Task InjectAsync(DrillContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var store = context.Store;
        store.KeepSecret(LabBuckets.EnvironmentKey + New, File.ReadAllText(store.SecretFile(LabBuckets.SecretKey)));
        store.NewSecret(LabBuckets.EnvironmentKey);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<DrillSighting> LookAsync(DrillContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var bucket = context.State.Storage!.Media;
        using var objects = await ObjectStore.ConnectAsync(context.Environment, cancellationToken).ConfigureAwait(false);
        try
        {
            await foreach (var _ in objects.ListAsync(bucket, "videos/", cancellationToken).ConfigureAwait(false))
            {
                break;
            }

            return new DrillSighting(false, $"The bucket {bucket} lets the environment in.");
        }
        catch (OperationException error) when (error.Definition == StorageErrors.AccessDenied || error.Definition == StorageErrors.CredentialsExpired)
        {
            return new DrillSighting(true, $"{error.Message} The environment's key is in {context.Store.SecretFile(LabBuckets.EnvironmentKey)}.");
        }
    }

    /// <inheritdoc/>
    public Task ClearAsync(DrillContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var store = context.Store;
        store.KeepSecret(LabBuckets.EnvironmentKey, File.ReadAllText(store.SecretFile(LabBuckets.SecretKey)));
        File.Delete(store.SecretFile(LabBuckets.EnvironmentKey + New));
        return Task.CompletedTask;
    }
}
