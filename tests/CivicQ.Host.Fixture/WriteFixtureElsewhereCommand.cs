using System.Management.Automation;

namespace CivicQ.Host.Fixture;

/// <summary>Writes from a thread where it may not.</summary>
[Cmdlet(VerbsCommunications.Write, "FixtureElsewhere")]
public sealed class WriteFixtureElsewhereCommand : PSCmdlet
{
    protected override void ProcessRecord() => Task.Run(() => WriteObject(1)).GetAwaiter().GetResult();
}
