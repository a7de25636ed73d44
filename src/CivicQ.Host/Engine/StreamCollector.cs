using System.Management.Automation;

namespace CivicQ.Host.Engine;

/// <summary>Keeps what arrives, and hands it on to another sink where there is one. Answers confirmations with that sink, else not at all.</summary>
internal sealed class StreamCollector(IHostSink? next) : IHostSink
{
    public List<object?> Output { get; } = [];

    public List<ErrorRecord> Errors { get; } = [];

    public List<string> Warnings { get; } = [];

    public List<string> Verbose { get; } = [];

    public List<string> Debug { get; } = [];

    public List<InformationRecord> Information { get; } = [];

    public List<ProgressRecord> Progress { get; } = [];

    public List<string> WhatIf { get; } = [];

    public void OnOutput(object? value)
    {
        Output.Add(value);
        next?.OnOutput(value);
    }

    public void OnError(ErrorRecord error)
    {
        Errors.Add(error);
        next?.OnError(error);
    }

    public void OnWarning(string message)
    {
        Warnings.Add(message);
        next?.OnWarning(message);
    }

    public void OnVerbose(string message)
    {
        Verbose.Add(message);
        next?.OnVerbose(message);
    }

    public void OnDebug(string message)
    {
        Debug.Add(message);
        next?.OnDebug(message);
    }

    public void OnInformation(InformationRecord record)
    {
        Information.Add(record);
        next?.OnInformation(record);
    }

    public void OnProgress(ProgressRecord record)
    {
        Progress.Add(record);
        next?.OnProgress(record);
    }

    public void OnWhatIf(string message)
    {
        WhatIf.Add(message);
        next?.OnWhatIf(message);
    }

    public ConfirmationAnswer Confirm(string caption, string message, bool offerAll) => next?.Confirm(caption, message, offerAll) ?? ConfirmationAnswer.Unavailable;
}
