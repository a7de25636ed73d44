using System.Management.Automation;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.HostResources;

namespace CivicQ.Ops.Commands.Health;

/// <summary>Measures this machine: processors, memory, swap, load, disks, uptime. In a container, within the container's limits.</summary>
[Cmdlet(VerbsCommon.Get, "CivicQHostResource")]
[OutputType(typeof(HostResource))]
public sealed class GetCivicQHostResourceCommand : EnvironmentCmdlet
{
    /// <summary>The kinds of resources to give; all without it.</summary>
    [Parameter(Position = 0)]
    public HostResourceKind[]? Resource { get; set; }

    /// <summary>Of the disks, only those that hold these paths.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    public string[]? Path { get; set; }

    /// <summary>How long the processors are watched, in milliseconds.</summary>
    [Parameter]
    [ValidateRange(10, 60000)]
    public int SampleMilliseconds { get; set; } = 500;

    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var resources = await HostMonitor.MeasureAsync(
            context.Environment, TimeSpan.FromMilliseconds(SampleMilliseconds), Path ?? [], cancellationToken).ConfigureAwait(false);
        foreach (var resource in resources.Where(resource => Resource is null || Resource.Contains(resource.Resource)))
        {
            await WriteAsync(resource, cancellationToken).ConfigureAwait(false);
        }
    }
}
