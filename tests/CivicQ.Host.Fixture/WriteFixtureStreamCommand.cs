using System.Management.Automation;

namespace CivicQ.Host.Fixture;

/// <summary>Writes to every stream.</summary>
[Cmdlet(VerbsCommunications.Write, "FixtureStream")]
[OutputType(typeof(int))]
public sealed class WriteFixtureStreamCommand : PSCmdlet
{
    protected override void ProcessRecord()
    {
        WriteVerbose("v");
        WriteDebug("d");
        WriteWarning("w");
        WriteInformation("i", ["tag"]);
        WriteProgress(new ProgressRecord(1, "Work", "Half") { PercentComplete = 50 });
        WriteObject(new[] { 1, 2 }, enumerateCollection: true);
        WriteObject(new[] { 3, 4 });
        WriteObject("text", enumerateCollection: true);
    }
}
