using System.Management.Automation;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Storage.Versions;

namespace CivicQ.Ops.Commands.Storage;

/// <summary>Lists the versions and delete markers of objects, newest first: what was overwritten and deleted, and can be had again.</summary>
[Cmdlet(VerbsCommon.Get, "CivicQObjectVersion", DefaultParameterSetName = Keys)]
[OutputType(typeof(ObjectVersion))]
public sealed class GetCivicQObjectVersionCommand : EnvironmentCmdlet
{
    private const string Keys = "Key";
    private const string Prefixes = "Prefix";

    /// <summary>The objects' keys.</summary>
    [Parameter(ParameterSetName = Keys, Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] Key { get; set; } = [];

    /// <summary>What the keys begin with; an empty one stands for the whole bucket.</summary>
    [Parameter(ParameterSetName = Prefixes, Mandatory = true)]
    [AllowEmptyString]
    [ArgumentCompleter(typeof(Completers.ObjectPrefixCompleter))]
    public string Prefix { get; set; } = "";

    /// <summary>The buckets; all of the environment without it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.BucketCompleter))]
    public string[]? Bucket { get; set; }

    /// <summary>Only what is deleted now: of each key the delete marker that hides it.</summary>
    [Parameter]
    public SwitchParameter Deleted { get; set; }

    /// <summary>Of each key the version that readers got at this time.</summary>
    [Parameter]
    public DateTimeOffset? AsOf { get; set; }

    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        foreach (var key in ParameterSetName == Keys ? Key : [null!])
        {
            var query = new VersionQuery { Buckets = Bucket ?? [], Key = key, Prefix = Prefix, Deleted = Deleted, AsOf = AsOf };
            await WriteAllAsync(VersionReader.ReadAsync(context, query, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
    }
}
