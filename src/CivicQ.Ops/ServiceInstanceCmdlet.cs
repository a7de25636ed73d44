using System.Management.Automation;

namespace CivicQ.Ops;

/// <summary>The base of cmdlets that work on instances of services.</summary>
public abstract class ServiceInstanceCmdlet : ServiceCmdlet
{
    /// <summary>The instances, by the pod's or container's name or identifier; wildcards are allowed. All without it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.ServiceInstanceCompleter))]
    public string[]? Instance { get; set; }

    /// <inheritdoc/>
    private protected override string[]? Instances => Instance;
}
