using System.Management.Automation;
using System.Management.Automation.Internal;
using CivicQ.Host.Binding;
using CivicQ.Host.Faults;
using CivicQ.Host.Parsing;

namespace CivicQ.Host.Engine;

/// <summary>One command of a running pipeline: its cmdlet, its binder and its place.</summary>
internal sealed class CommandProcessor : IDisposable
{
    private readonly PipelineProcessor pipeline;
    private readonly ParsedCommand parsed;
    private readonly ParameterBinder binder;
    private readonly PipelineRuntime runtime;
    private readonly bool expectsInput;
    private bool begun;
    private bool ended;

    public CommandProcessor(PipelineProcessor pipeline, CmdletDescription cmdlet, ParsedCommand parsed, InvocationInfo invocation, SessionState state)
    {
        this.pipeline = pipeline;
        this.parsed = parsed;
        Cmdlet = cmdlet;
        Invocation = invocation;
        expectsInput = invocation.ExpectingInput;
        Command = (InternalCommand)Activator.CreateInstance(cmdlet.Type)!;
        binder = new ParameterBinder(cmdlet, Command, invocation);
        runtime = new PipelineRuntime(pipeline, this, binder.Common, binder.ShouldProcess);
        CommandHosting.Attach(Command, runtime, invocation, state, pipeline.Host);
    }

    public CmdletDescription Cmdlet { get; }

    public InternalCommand Command { get; }

    public InvocationInfo Invocation { get; }

    public void Bind() => binder.BindCommandLine(parsed.Elements, expectsInput);

    public void Begin()
    {
        if (!begun)
        {
            begun = true;
            Guard(() => CommandHosting.Begin(Command));
        }
    }

    public void ProcessWithoutInput() => Guard(() => CommandHosting.Process(Command));

    public void ProcessInput(object? input)
    {
        // What is written before this command's turn begins it early, as in PowerShell.
        Begin();
        try
        {
            binder.BindInput(input);
        }
        catch (ParameterBindingException error)
        {
            runtime.WriteErrorRecord(new ErrorRecord(error.ErrorRecord, error));
            return;
        }

        Guard(() => CommandHosting.Process(Command));
    }

    public void End()
    {
        if (begun && !ended)
        {
            ended = true;
            Guard(() => CommandHosting.End(Command));
        }
    }

    /// <summary>Makes the error record of an exception that ends the command.</summary>
    public ErrorRecord Describe(Exception error)
    {
        var record = error is IContainsErrorRecord { ErrorRecord: { } own }
            ? new ErrorRecord(own, error)
            : new ErrorRecord(error, error.GetType().FullName!, ErrorCategory.NotSpecified, null);
        CommandHosting.Complete(record, Invocation, Cmdlet.ErrorSource);
        return record;
    }

    public void Dispose() => (Command as IDisposable)?.Dispose();

    private void Guard(Action body)
    {
        var outer = pipeline.Writing;
        pipeline.Writing = this;
        try
        {
            pipeline.ThrowIfStopping();
            body();
        }
        catch (PipelineStoppedException)
        {
            throw;
        }
        catch (FlowControlException)
        {
            throw;
        }
        catch (OutputClosedException)
        {
            throw pipeline.CloseOutput();
        }
        catch (Exception error)
        {
            throw pipeline.Fail(Describe(error));
        }
        finally
        {
            pipeline.Writing = outer;
        }
    }
}
