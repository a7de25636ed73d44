using System.Management.Automation;
using CivicQ.Host.Engine;

namespace CivicQ.Host.Tests.Commands;

/// <summary>Notes everything in the order in which it came, and answers questions in turn.</summary>
internal sealed class ScriptedSink(params ConfirmationAnswer[] answers) : IHostSink
{
    private readonly Queue<ConfirmationAnswer> waiting = new(answers);

    public List<string> Events { get; } = [];

    public List<string> Questions { get; } = [];

    public void OnOutput(object? value) => Events.Add($"output {value}");

    public void OnError(ErrorRecord error) => Events.Add($"error {error}");

    public void OnWarning(string message) => Events.Add($"warning {message}");

    public void OnVerbose(string message) => Events.Add(message);

    public void OnDebug(string message) => Events.Add($"debug {message}");

    public void OnInformation(InformationRecord record) => Events.Add($"information {record}");

    public void OnProgress(ProgressRecord record) => Events.Add($"progress {record.StatusDescription}");

    public void OnWhatIf(string message) => Events.Add(message);

    public ConfirmationAnswer Confirm(string caption, string message, bool offerAll)
    {
        Questions.Add($"{caption}|{message}|{offerAll}");
        return waiting.Count > 0 ? waiting.Dequeue() : ConfirmationAnswer.Unavailable;
    }
}
