using System.Management.Automation;
using CivicQ.Host.Engine;

namespace CivicQ.Tests;

/// <summary>Answers confirmations with a function, and tells of each object as it is written.</summary>
internal sealed class TestSink : IHostSink
{
    /// <summary>Gives the answer to a question; none unless set.</summary>
    public Func<string, ConfirmationAnswer> Answer { get; init; } = _ => ConfirmationAnswer.Unavailable;

    /// <summary>Called for each object.</summary>
    public Action<object?> Output { get; init; } = _ => { };

    /// <summary>The errors, in their order.</summary>
    public List<ErrorRecord> Errors { get; } = [];

    /// <summary>The questions that were asked.</summary>
    public List<string> Questions { get; } = [];

    public void OnOutput(object? value) => Output(value);

    public void OnError(ErrorRecord error) => Errors.Add(error);

    public void OnWarning(string message)
    {
    }

    public void OnVerbose(string message)
    {
    }

    public void OnDebug(string message)
    {
    }

    public void OnInformation(InformationRecord record)
    {
    }

    public void OnProgress(ProgressRecord record)
    {
    }

    public void OnWhatIf(string message)
    {
    }

    public ConfirmationAnswer Confirm(string caption, string message, bool offerAll)
    {
        Questions.Add(message);
        return Answer(message);
    }
}
