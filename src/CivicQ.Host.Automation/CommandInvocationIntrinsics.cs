namespace System.Management.Automation;

/// <summary>Runs script and commands in PowerShell; the host has no language and refuses.</summary>
public class CommandInvocationIntrinsics
{
    private const string Refusal = "civicq runs cmdlets, not script: this needs PowerShell.";

    internal CommandInvocationIntrinsics()
    {
    }

    public bool HasErrors => false;

    public Collection<PSObject> InvokeScript(string script) => throw new PSNotSupportedException(Refusal);

    public Collection<PSObject> InvokeScript(string script, params object[] args) => throw new PSNotSupportedException(Refusal);

    public CommandInfo GetCommand(string commandName, CommandTypes type) => throw new PSNotSupportedException(Refusal);

    public CmdletInfo GetCmdlet(string commandName) => throw new PSNotSupportedException(Refusal);

    public string ExpandString(string source) => throw new PSNotSupportedException(Refusal);
}
