namespace System.Management.Automation;

/// <summary>The session that a cmdlet runs in: paths and a few variables.</summary>
public sealed class SessionState
{
    public SessionState()
        : this(Environment.CurrentDirectory)
    {
    }

    internal SessionState(string workingDirectory) => Path = new PathIntrinsics(workingDirectory);

    public PathIntrinsics Path { get; }

    public PSVariableIntrinsics PSVariable { get; } = new();

    public CommandInvocationIntrinsics InvokeCommand { get; } = new();

    public PSLanguageMode LanguageMode { get; set; } = PSLanguageMode.RestrictedLanguage;

    public PSModuleInfo? Module { get; internal set; }
}
