using System.Management.Automation;

namespace CivicQ.Help.Tests.Fixtures;

public abstract class SampleBase : PSCmdlet
{
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    public string[]? Environment { get; set; }
}
