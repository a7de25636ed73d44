using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Internal;
using CivicQ.Host.Binding;

namespace CivicQ.Host.Engine;

/// <summary>A command's streams and questions, under the preferences that its common parameters set.</summary>
internal sealed class PipelineRuntime(PipelineProcessor pipeline, CommandProcessor command, CommonArguments common, ShouldProcessArguments shouldProcess)
    : ICommandRuntime2
{
    private readonly Confirmation confirmation = new(pipeline);

    public PSHost Host => pipeline.Host;

    public PSTransactionContext CurrentPSTransaction => throw new PSNotSupportedException("civicq has no transactions.");

    private bool IsBound(string name) => command.Invocation.BoundParameters.ContainsKey(name);

    public void WriteObject(object? sendToPipeline)
    {
        pipeline.ThrowIfNotItsTurn(command);
        if (!ReferenceEquals(sendToPipeline, AutomationNull.Value))
        {
            pipeline.WriteDown(command, sendToPipeline);
        }
    }

    public void WriteObject(object? sendToPipeline, bool enumerateCollection)
    {
        if (!enumerateCollection || LanguagePrimitives.GetEnumerable(sendToPipeline) is not { } list)
        {
            WriteObject(sendToPipeline);
            return;
        }

        foreach (var item in list)
        {
            WriteObject(item);
        }
    }

    public void WriteError(ErrorRecord errorRecord)
    {
        ArgumentNullException.ThrowIfNull(errorRecord);
        pipeline.ThrowIfNotItsTurn(command);
        WriteErrorRecord(errorRecord);
    }

    public void WriteErrorRecord(ErrorRecord error)
    {
        pipeline.ThrowIfStopping();
        CommandHosting.Complete(error, command.Invocation, command.Cmdlet.ErrorSource);
        switch (common.ErrorAction ?? ActionPreference.Continue)
        {
            case ActionPreference.Ignore or ActionPreference.SilentlyContinue:
                break;
            case ActionPreference.Stop:
                throw pipeline.Fail(error);
            case ActionPreference.Inquire when pipeline.Sink.Confirm("Confirm", error.ToString(), offerAll: false) is not (ConfirmationAnswer.Yes or ConfirmationAnswer.YesToAll):
                throw pipeline.Fail(error);
            default:
                pipeline.WriteError(error);
                break;
        }
    }

    public void WriteWarning(string text) => Write(text, common.WarningAction ?? ActionPreference.Continue, "WarningPreference", pipeline.Sink.OnWarning);

    public void WriteVerbose(string text) =>
        Write(text, common.Verbose ? ActionPreference.Continue : ActionPreference.SilentlyContinue, "VerbosePreference", pipeline.Sink.OnVerbose);

    public void WriteDebug(string text) =>
        Write(text, common.Debug ? ActionPreference.Continue : ActionPreference.SilentlyContinue, "DebugPreference", pipeline.Sink.OnDebug);

    public void WriteCommandDetail(string text) => pipeline.ThrowIfNotItsTurn(command);

    public void WriteProgress(ProgressRecord progressRecord) => WriteProgress(1, progressRecord);

    public void WriteProgress(long sourceId, ProgressRecord progressRecord)
    {
        pipeline.ThrowIfNotItsTurn(command);
        pipeline.ThrowIfStopping();
        if (common.ProgressAction is null or ActionPreference.Continue or ActionPreference.Inquire)
        {
            pipeline.Sink.OnProgress(progressRecord);
        }
    }

    public void WriteInformation(InformationRecord informationRecord)
    {
        var preference = common.InformationAction ?? ActionPreference.SilentlyContinue;
        if (common.InformationAction is null && informationRecord.Tags.Contains("PSHOST"))
        {
            preference = ActionPreference.Continue;
        }

        Write(informationRecord.ToString(), preference, "InformationPreference", _ => pipeline.Sink.OnInformation(informationRecord));
    }

    public bool ShouldProcess(string target) => Approve(Message(command.Cmdlet.Name, target), null, null, out _);

    public bool ShouldProcess(string target, string action) => Approve(Message(action, target), null, null, out _);

    public bool ShouldProcess(string verboseDescription, string verboseWarning, string caption) => Approve(verboseDescription, verboseWarning, caption, out _);

    public bool ShouldProcess(string verboseDescription, string verboseWarning, string caption, out ShouldProcessReason shouldProcessReason) =>
        Approve(verboseDescription, verboseWarning, caption, out shouldProcessReason);

    public bool ShouldContinue(string query, string caption)
    {
        var yesToAll = false;
        var noToAll = false;
        return Continue(query, caption, offerAll: false, ref yesToAll, ref noToAll);
    }

    public bool ShouldContinue(string query, string caption, ref bool yesToAll, ref bool noToAll) => Continue(query, caption, offerAll: true, ref yesToAll, ref noToAll);

    public bool ShouldContinue(string query, string caption, bool hasSecurityImpact, ref bool yesToAll, ref bool noToAll) =>
        Continue(query, caption, offerAll: true, ref yesToAll, ref noToAll);

    public bool TransactionAvailable() => false;

    public void ThrowTerminatingError(ErrorRecord errorRecord)
    {
        ArgumentNullException.ThrowIfNull(errorRecord);
        pipeline.ThrowIfNotItsTurn(command);
        CommandHosting.Complete(errorRecord, command.Invocation, command.Cmdlet.ErrorSource);
        throw pipeline.Fail(errorRecord);
    }

    private static string Message(string action, string target) => $"Performing the operation \"{action}\" on target \"{target}\".";

    private void Write(string text, ActionPreference preference, string variable, Action<string> write)
    {
        pipeline.ThrowIfNotItsTurn(command);
        pipeline.ThrowIfStopping();
        switch (preference)
        {
            case ActionPreference.Ignore or ActionPreference.SilentlyContinue:
                break;
            case ActionPreference.Stop:
                write(text);
                throw pipeline.Fail(command.Describe(new ActionPreferenceStopException(
                    $"The running command stopped because the preference variable \"{variable}\" or common parameter is set to Stop: {text}")));
            default:
                write(text);
                break;
        }
    }

    private bool Approve(string description, string? question, string? caption, out ShouldProcessReason reason)
    {
        pipeline.ThrowIfNotItsTurn(command);
        pipeline.ThrowIfStopping();
        reason = ShouldProcessReason.None;
        if (shouldProcess.WhatIf)
        {
            reason = ShouldProcessReason.WhatIf;
            pipeline.Sink.OnWhatIf($"What if: {description}");
            return false;
        }

        // -Confirm asks about everything, -Confirm:$false about nothing; without it $ConfirmPreference is High.
        var asks = IsBound("Confirm") ? shouldProcess.Confirm && command.Cmdlet.ConfirmImpact != ConfirmImpact.None : command.Cmdlet.ConfirmImpact >= ConfirmImpact.High;
        if (!asks)
        {
            WriteVerbose(description);
            return true;
        }

        return confirmation.Ask(
            caption ?? "Confirm", question ?? $"Are you sure you want to perform this action?{Environment.NewLine}{description}", offerAll: true);
    }

    private bool Continue(string query, string caption, bool offerAll, ref bool yesToAll, ref bool noToAll)
    {
        pipeline.ThrowIfNotItsTurn(command);
        pipeline.ThrowIfStopping();
        if (yesToAll || noToAll)
        {
            return yesToAll;
        }

        var answer = confirmation.Prompt(caption ?? "Confirm", query, offerAll);
        yesToAll = answer == ConfirmationAnswer.YesToAll;
        noToAll = answer == ConfirmationAnswer.NoToAll;
        return answer is ConfirmationAnswer.Yes or ConfirmationAnswer.YesToAll;
    }
}
