using System.Management.Automation;

namespace CivicQ.Host.Tests.Commands;

/// <summary>Writes one record to each stream.</summary>
[Cmdlet(VerbsCommunications.Write, "Stream")]
public sealed class WriteStreamCommand : PSCmdlet
{
    protected override void ProcessRecord()
    {
        WriteVerbose("verbose");
        WriteDebug("debug");
        WriteWarning("warning");
        WriteInformation("information", ["tag"]);
        WriteProgress(new ProgressRecord(1, "progress", "half") { PercentComplete = 50 });
        WriteObject("object");
        WriteObject(new[] { 1, 2 }, enumerateCollection: true);
        WriteObject(new[] { 3, 4 });
        WriteObject(null);
        WriteObject("text", enumerateCollection: true);
    }
}
