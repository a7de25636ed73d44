namespace System.Management.Automation;

/// <summary>An error (or a message) met the preference Stop.</summary>
public class ActionPreferenceStopException : RuntimeException
{
    private readonly ErrorRecord? record;

    public ActionPreferenceStopException()
        : this("The running command stopped because a preference variable or common parameter is set to Stop.")
    {
    }

    public ActionPreferenceStopException(string message)
        : base(message, null, "ActionPreferenceStop", ErrorCategory.OperationStopped, null)
    {
    }

    internal ActionPreferenceStopException(string message, ErrorRecord error)
        : base(message, error.Exception) => record = error;

    public override ErrorRecord ErrorRecord => record ?? base.ErrorRecord;
}
