using System.Management.Automation;

namespace CivicQ.Host.Fixture;

/// <summary>Fails in each of the ways that cmdlets fail in.</summary>
[Cmdlet(VerbsCommunications.Write, "FixtureError")]
[OutputType(typeof(string))]
public sealed class WriteFixtureErrorCommand : PSCmdlet
{
    [Parameter]
    public SwitchParameter Terminating { get; set; }

    [Parameter]
    public SwitchParameter Throw { get; set; }

    protected override void ProcessRecord()
    {
        WriteObject("before");
        if (Throw)
        {
            throw new InvalidOperationException("It threw.");
        }

        var record = new ErrorRecord(new TimeoutException("It took too long."), "TookTooLong", ErrorCategory.OperationTimeout, "target")
        {
            ErrorDetails = new ErrorDetails("The server took too long.") { RecommendedAction = "Look at the server." },
        };
        if (Terminating)
        {
            ThrowTerminatingError(record);
        }

        WriteError(record);
        WriteObject("after");
    }
}
