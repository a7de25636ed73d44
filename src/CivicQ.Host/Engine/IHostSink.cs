using System.Management.Automation;
using CivicQ.Host.Faults;

namespace CivicQ.Host.Engine;

/// <summary>
/// Where an invocation's streams go. Every call comes on the pipeline thread, in the order in which the cmdlets wrote, while the pipeline
/// runs. What the preferences silence (<c>-ErrorAction Ignore</c>, verbose without <c>-Verbose</c>, …) does not arrive here.
/// </summary>
public interface IHostSink
{
    /// <summary>One object of the last command's output; a <see cref="PSObject"/> only where it carries members of its own.</summary>
    /// <exception cref="OutputClosedException">Nobody reads it: the pipeline stops.</exception>
    void OnOutput(object? value);

    /// <summary>One error, non-terminating or the one that ended the pipeline.</summary>
    void OnError(ErrorRecord error);

    /// <summary>A warning's text, without a prefix.</summary>
    void OnWarning(string message);

    /// <summary>A verbose message's text, without a prefix.</summary>
    void OnVerbose(string message);

    /// <summary>A debug message's text, without a prefix.</summary>
    void OnDebug(string message);

    /// <summary>A record of the information stream; asked for with <c>-InformationAction Continue</c> or written for the host.</summary>
    void OnInformation(InformationRecord record);

    /// <summary>A progress record; <see cref="ProgressRecordType.Completed"/> removes its bar.</summary>
    void OnProgress(ProgressRecord record);

    /// <summary>What would have been done, in PowerShell's words, prefix included: <c>What if: Performing the operation "X" on target "Y".</c></summary>
    void OnWhatIf(string message);

    /// <summary>Asks the person at the terminal. Without one it returns <see cref="ConfirmationAnswer.Unavailable"/> and nothing is done.</summary>
    /// <param name="caption">The question's heading, for instance <c>Confirm</c>.</param>
    /// <param name="message">The question: what is about to be done.</param>
    /// <param name="offerAll">Whether "Yes to All" and "No to All" make sense.</param>
    ConfirmationAnswer Confirm(string caption, string message, bool offerAll);
}
