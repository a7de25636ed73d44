using System.Management.Automation;

namespace CivicQ.Host.Tests.Commands;

/// <summary>Fails in each way there is, between two objects.</summary>
[Cmdlet(VerbsCommunications.Write, "Failure")]
public sealed class WriteFailureCommand : PSCmdlet
{
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateSet("Error", "Terminating", "Throw", "Stopped", "Warning", "Property")]
    public string Kind { get; set; } = "";

    [Parameter]
    public string Bad
    {
        // Of the instance, as parameters are.
        get => Kind;
        set => throw new InvalidOperationException($"Not {value}.");
    }

    protected override void ProcessRecord()
    {
        WriteObject("before");
        var error = new ErrorRecord(new InvalidOperationException("It broke."), "Broken", ErrorCategory.InvalidOperation, "target");
        switch (Kind)
        {
            case "Error":
                WriteError(error);
                break;
            case "Terminating":
                ThrowTerminatingError(error);
                break;
            case "Throw":
                throw new ArgumentException("It broke.");
            case "Stopped":
                throw new PipelineStoppedException();
            default:
                WriteWarning("It creaks.");
                break;
        }

        WriteObject("after");
    }
}
