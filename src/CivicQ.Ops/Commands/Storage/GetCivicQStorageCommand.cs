using System.Globalization;
using System.Management.Automation;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Growth;
using CivicQ.Ops.Core.Storage.Usage;

namespace CivicQ.Ops.Commands.Storage;

/// <summary>
/// Adds up what buckets hold: by folder, storage class and age, with the growth since the last look, incomplete uploads and, where asked for,
/// older versions.
/// </summary>
[Cmdlet(VerbsCommon.Get, "CivicQStorage")]
[OutputType(typeof(StorageUsage))]
public sealed class GetCivicQStorageCommand : EnvironmentCmdlet
{
    /// <summary>The buckets; all of the environment without it.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.BucketCompleter))]
    public string[]? Bucket { get; set; }

    /// <summary>What the keys begin with.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    [ArgumentCompleter(typeof(Completers.ObjectPrefixCompleter))]
    public string Prefix { get; set; } = "";

    /// <summary>How many levels of folders below the prefix are told apart; one sum without it.</summary>
    [Parameter]
    [ValidateRange(0, 32)]
    public int Depth { get; set; }

    /// <summary>Adds up older versions and delete markers too.</summary>
    [Parameter]
    public SwitchParameter IncludeVersions { get; set; }

    /// <summary>How many requests are under way at once.</summary>
    [Parameter]
    [ValidateRange(1, 256)]
    public int Parallel { get; set; } = new StorageUsageQuery().Parallel;

    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var query = new StorageUsageQuery { Buckets = Bucket ?? [], Prefix = Prefix, Depth = Depth, IncludeVersions = IncludeVersions, Parallel = Parallel };
        var depth = Depth.ToString(CultureInfo.InvariantCulture);
        Dictionary<string, SizeHistory> histories = new(StringComparer.Ordinal);
        await foreach (var usage in StorageUsageReader.ReadAsync(context, query, error => ReportError(error, error.Target), cancellationToken).ConfigureAwait(false))
        {
            Session.StorageNames.Note(usage.Bucket, usage.Prefix);
            if (!histories.TryGetValue(usage.Bucket, out var history))
            {
                histories[usage.Bucket] = history = SizeHistory.Open("storage-sizes", context.Name, usage.Bucket, Reporter);
            }

            // The same prefix means another sum where another depth was asked for.
            var (growth, since) = history.Grow(usage.TotalBytes, Prefix, depth, usage.Prefix);
            await WriteAsync(usage with { GrowthBytes = growth, GrowthSince = since }, cancellationToken).ConfigureAwait(false);
        }

        foreach (var history in histories.Values)
        {
            history.Save();
        }
    }
}
