using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace CivicQ.Host.Fixture;

/// <summary>Writes the runspace of its thread.</summary>
[Cmdlet(VerbsCommon.Get, "FixtureRunspace")]
[OutputType(typeof(Guid))]
public sealed class GetFixtureRunspaceCommand : PSCmdlet
{
    protected override void ProcessRecord() => WriteObject(Runspace.DefaultRunspace.InstanceId);
}
