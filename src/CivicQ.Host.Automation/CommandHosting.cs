namespace System.Management.Automation.Internal;

/// <summary>
/// What PowerShell's engine does through internal members: attach a runtime to a command, and drive it. This is the one type here that
/// PowerShell does not have; cmdlets never see it.
/// </summary>
public static class CommandHosting
{
    /// <summary>Gives a command its runtime and surroundings.</summary>
    public static void Attach(InternalCommand command, ICommandRuntime runtime, InvocationInfo invocation, SessionState state, Host.PSHost host)
    {
        command.Runtime = runtime;
        command.Invocation = invocation;
        command.State = state;
        command.OwnHost = host;
    }

    /// <summary>Tells the command which parameter set was resolved.</summary>
    public static void SetParameterSetName(InternalCommand command, string name) => command.BoundParameterSetName = name;

    /// <summary>Runs BeginProcessing.</summary>
    public static void Begin(InternalCommand command) => command.DoBeginProcessing();

    /// <summary>Runs ProcessRecord.</summary>
    public static void Process(InternalCommand command) => command.DoProcessRecord();

    /// <summary>Runs EndProcessing.</summary>
    public static void End(InternalCommand command) => command.DoEndProcessing();

    /// <summary>Sets Stopping and runs StopProcessing, on the caller's thread.</summary>
    public static void Stop(InternalCommand command)
    {
        command.IsStopping = true;
        command.DoStopProcessing();
    }

    /// <summary>Runs a validation attribute.</summary>
    public static void Validate(ValidateArgumentsAttribute attribute, object? value) => attribute.InternalValidate(value);

    /// <summary>Runs a transformation attribute.</summary>
    public static object? Transform(ArgumentTransformationAttribute attribute, object? value) => attribute.Transform(new EngineIntrinsics(), value);

    /// <summary>Notes on an error which command wrote it: the second half of its id, and the activity in its category.</summary>
    public static void Complete(ErrorRecord error, InvocationInfo? invocation, string? implementingType)
    {
        error.SetInvocation(invocation, implementingType);
    }

    /// <summary>A runspace of the host's session.</summary>
    public static Runspace CreateRunspace(string name) => new HostRunspace(name);

    /// <summary>A session's state, at a working directory.</summary>
    public static SessionState CreateSessionState(string workingDirectory) => new(workingDirectory);

    /// <summary>An invocation of a command.</summary>
    public static InvocationInfo CreateInvocation(CommandInfo command, string name, string line, int position, int length, bool expectsInput) => new()
    {
        MyCommand = command, InvocationName = name, Line = line, PipelinePosition = position, PipelineLength = length, ExpectingInput = expectsInput,
    };

    /// <summary>A description of a cmdlet for its InvocationInfo.</summary>
    public static CmdletInfo CreateCommandInfo(string name, Type type, string moduleName, Version version) => new(name, type, moduleName, version);

    /// <summary>A description of the module for its clean-up.</summary>
    public static PSModuleInfo CreateModuleInfo(string name, string path, Version version) => new(name, path, version);

    /// <summary>A binder's error.</summary>
    public static ParameterBindingException CreateBindingException(
        string message, string id, ErrorCategory category, InvocationInfo? invocation, string? parameter, Type? type, object? target, Exception? inner) =>
        new(message, id, category, invocation, parameter, type, target, inner);
}
