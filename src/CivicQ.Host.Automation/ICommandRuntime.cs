namespace System.Management.Automation;

/// <summary>What a cmdlet writes to and asks.</summary>
public interface ICommandRuntime
{
    Host.PSHost Host { get; }

    PSTransactionContext CurrentPSTransaction { get; }

    void WriteDebug(string text);

    void WriteError(ErrorRecord errorRecord);

    void WriteObject(object? sendToPipeline);

    void WriteObject(object? sendToPipeline, bool enumerateCollection);

    void WriteProgress(ProgressRecord progressRecord);

    void WriteProgress(long sourceId, ProgressRecord progressRecord);

    void WriteVerbose(string text);

    void WriteWarning(string text);

    void WriteCommandDetail(string text);

    bool ShouldProcess(string target);

    bool ShouldProcess(string target, string action);

    bool ShouldProcess(string verboseDescription, string verboseWarning, string caption);

    bool ShouldProcess(string verboseDescription, string verboseWarning, string caption, out ShouldProcessReason shouldProcessReason);

    bool ShouldContinue(string query, string caption);

    bool ShouldContinue(string query, string caption, ref bool yesToAll, ref bool noToAll);

    bool TransactionAvailable();

    void ThrowTerminatingError(ErrorRecord errorRecord);
}
