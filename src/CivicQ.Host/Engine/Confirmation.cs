using System.Management.Automation;

namespace CivicQ.Host.Engine;

/// <summary>Asks before a change, and remembers an answer for all of a command's changes.</summary>
internal sealed class Confirmation(PipelineProcessor pipeline)
{
    private bool? all;

    public bool Ask(string caption, string message, bool offerAll)
    {
        if (all is { } answered)
        {
            return answered;
        }

        var answer = Prompt(caption, message, offerAll);
        all = answer switch
        {
            ConfirmationAnswer.YesToAll => true,
            ConfirmationAnswer.NoToAll => false,
            _ => null,
        };
        return answer is ConfirmationAnswer.Yes or ConfirmationAnswer.YesToAll;
    }

    /// <exception cref="PSInvalidOperationException">Nobody is there to answer.</exception>
    public ConfirmationAnswer Prompt(string caption, string message, bool offerAll)
    {
        var answer = pipeline.Sink.Confirm(caption, message, offerAll);
        return answer != ConfirmationAnswer.Unavailable
            ? answer
            : throw new PSInvalidOperationException("PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.");
    }
}
