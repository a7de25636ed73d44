namespace System.Management.Automation;

/// <summary>Base of cmdlets that use the session.</summary>
public abstract class PSCmdlet : Cmdlet
{
    public InvocationInfo MyInvocation => Invocation;

    public string ParameterSetName => BoundParameterSetName;

    public SessionState SessionState => State ?? throw new PSInvalidOperationException("The cmdlet has no session.");

    public Host.PSHost Host => OwnHost ?? throw new PSInvalidOperationException("The cmdlet has no host.");

    public CommandInvocationIntrinsics InvokeCommand => SessionState.InvokeCommand;

    public PathInfo CurrentProviderLocation(string providerId) => SessionState.Path.CurrentFileSystemLocation;

    public string GetUnresolvedProviderPathFromPSPath(string path) => SessionState.Path.GetUnresolvedProviderPathFromPSPath(path);

    public Collection<string> GetResolvedProviderPathFromPSPath(string path, out ProviderInfo provider) =>
        SessionState.Path.GetResolvedProviderPathFromPSPath(path, out provider);

    public object? GetVariableValue(string name) => SessionState.PSVariable.GetValue(name);

    public object? GetVariableValue(string name, object? defaultValue) => SessionState.PSVariable.GetValue(name, defaultValue);
}
