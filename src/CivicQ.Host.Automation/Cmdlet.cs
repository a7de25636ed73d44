namespace System.Management.Automation;

/// <summary>Base of cmdlets that need no session.</summary>
public abstract class Cmdlet : InternalCommand
{
    private ICommandRuntime Own => Runtime ?? throw new PSInvalidOperationException("The cmdlet has no command runtime: it can run in a pipeline alone.");

    public ICommandRuntime CommandRuntime
    {
        get => Own;
        set => Runtime = value;
    }

    public bool Stopping => IsStopping;

    public static HashSet<string> CommonParameters { get; } = new(StringComparer.OrdinalIgnoreCase)
    {
        "Verbose", "Debug", "ErrorAction", "WarningAction", "InformationAction", "ProgressAction", "ErrorVariable", "WarningVariable", "OutVariable",
        "OutBuffer", "PipelineVariable", "InformationVariable",
    };

    public static HashSet<string> OptionalCommonParameters { get; } = new(StringComparer.OrdinalIgnoreCase) { "WhatIf", "Confirm", "UseTransaction" };

    protected virtual void BeginProcessing()
    {
    }

    protected virtual void ProcessRecord()
    {
    }

    protected virtual void EndProcessing()
    {
    }

    protected virtual void StopProcessing()
    {
    }

    public virtual string GetResourceString(string baseName, string resourceId) =>
        new Resources.ResourceManager(baseName, GetType().Assembly).GetString(resourceId, CultureInfo.CurrentUICulture)
        ?? throw new PSArgumentException($"There is no resource '{resourceId}' in '{baseName}'.", nameof(resourceId));

    public void WriteObject(object? sendToPipeline) => Own.WriteObject(sendToPipeline);

    public void WriteObject(object? sendToPipeline, bool enumerateCollection) => Own.WriteObject(sendToPipeline, enumerateCollection);

    public void WriteError(ErrorRecord errorRecord) => Own.WriteError(errorRecord);

    public void WriteWarning(string text) => Own.WriteWarning(text);

    public void WriteVerbose(string text) => Own.WriteVerbose(text);

    public void WriteDebug(string text) => Own.WriteDebug(text);

    public void WriteCommandDetail(string text) => Own.WriteCommandDetail(text);

    public void WriteProgress(ProgressRecord progressRecord) => Own.WriteProgress(progressRecord);

    public void WriteInformation(object messageData, string[] tags)
    {
        var record = new InformationRecord(messageData, Invocation.MyCommand?.Name ?? string.Empty);
        record.Tags.AddRange(tags ?? []);
        WriteInformation(record);
    }

    public void WriteInformation(InformationRecord informationRecord)
    {
        if (Own is ICommandRuntime2 runtime)
        {
            runtime.WriteInformation(informationRecord);
        }
    }

    public bool ShouldProcess(string target) => Own.ShouldProcess(target);

    public bool ShouldProcess(string target, string action) => Own.ShouldProcess(target, action);

    public bool ShouldProcess(string verboseDescription, string verboseWarning, string caption) => Own.ShouldProcess(verboseDescription, verboseWarning, caption);

    public bool ShouldProcess(string verboseDescription, string verboseWarning, string caption, out ShouldProcessReason shouldProcessReason) =>
        Own.ShouldProcess(verboseDescription, verboseWarning, caption, out shouldProcessReason);

    public bool ShouldContinue(string query, string caption) => Own.ShouldContinue(query, caption);

    public bool ShouldContinue(string query, string caption, ref bool yesToAll, ref bool noToAll) => Own.ShouldContinue(query, caption, ref yesToAll, ref noToAll);

    public bool ShouldContinue(string query, string caption, bool hasSecurityImpact, ref bool yesToAll, ref bool noToAll) =>
        Own is ICommandRuntime2 runtime
            ? runtime.ShouldContinue(query, caption, hasSecurityImpact, ref yesToAll, ref noToAll)
            : Own.ShouldContinue(query, caption, ref yesToAll, ref noToAll);

    public bool TransactionAvailable() => false;

    public void ThrowTerminatingError(ErrorRecord errorRecord) => Own.ThrowTerminatingError(errorRecord);

    public IEnumerable Invoke() => throw new PSNotSupportedException("A cmdlet is not run by itself here: use a host session.");

    public IEnumerable<T> Invoke<T>() => throw new PSNotSupportedException("A cmdlet is not run by itself here: use a host session.");

    internal override void DoBeginProcessing() => BeginProcessing();

    internal override void DoProcessRecord() => ProcessRecord();

    internal override void DoEndProcessing() => EndProcessing();

    internal override void DoStopProcessing() => StopProcessing();
}
