using System.Management.Automation;

namespace CivicQ.Ops;

/// <summary>The base of cmdlets that work within one database of an environment's server.</summary>
public abstract class DatabaseCmdlet : EnvironmentCmdlet
{
    /// <summary>Another database of the same server; the environment's own without it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.DatabaseCompleter))]
    public string? Database { get; set; }
}
