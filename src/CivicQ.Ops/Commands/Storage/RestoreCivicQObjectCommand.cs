using System.Management.Automation;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Storage.Versions;

namespace CivicQ.Ops.Commands.Storage;

/// <summary>Brings objects back: undeletes them, copies an older version over the present one, or sets a whole prefix back to a time.</summary>
[Cmdlet(VerbsData.Restore, "CivicQObject", DefaultParameterSetName = Keys, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ObjectRestoreResult))]
public sealed class RestoreCivicQObjectCommand : EnvironmentCmdlet
{
    private const string Keys = "Key";
    private const string Prefixes = "Prefix";

    /// <summary>The object's key.</summary>
    [Parameter(ParameterSetName = Keys, Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Key { get; set; } = "";

    /// <summary>The version to bring back; without it, or with the delete marker that hides the object, it is undeleted.</summary>
    [Parameter(ParameterSetName = Keys, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? VersionId { get; set; }

    /// <summary>What the keys begin with; an empty one stands for the whole bucket.</summary>
    [Parameter(ParameterSetName = Prefixes, Mandatory = true)]
    [AllowEmptyString]
    [ArgumentCompleter(typeof(Completers.ObjectPrefixCompleter))]
    public string Prefix { get; set; } = "";

    /// <summary>The time that the prefix is set back to.</summary>
    [Parameter(ParameterSetName = Prefixes, Mandatory = true)]
    public DateTimeOffset AsOf { get; set; }

    /// <summary>Puts a delete marker on what was not there at that time.</summary>
    [Parameter(ParameterSetName = Prefixes)]
    public SwitchParameter RemoveNewer { get; set; }

    /// <summary>The bucket; the environment's only one without it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.BucketCompleter))]
    public string? Bucket { get; set; }

    /// <summary>How many objects are worked on at once.</summary>
    [Parameter]
    [ValidateRange(1, 64)]
    public int Parallel { get; set; } = 8;

    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        using var restorer = await ObjectRestorer.OpenAsync(context, Bucket, cancellationToken).ConfigureAwait(false);
        var run = new RestoreRun(restorer, Parallel, ShouldProcessAsync, () => OnPipelineThreadAsync(() => IsWhatIf), WriteAsync, ReportError);
        await (ParameterSetName == Keys
            ? run.OneAsync(Key, VersionId, cancellationToken)
            : run.PrefixAsync(Prefix, AsOf, RemoveNewer, cancellationToken)).ConfigureAwait(false);
    }
}
