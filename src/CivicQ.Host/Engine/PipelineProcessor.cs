using System.Management.Automation;
using System.Management.Automation.Internal;
using CivicQ.Host.Faults;
using CivicQ.Host.Parsing;

namespace CivicQ.Host.Engine;

/// <summary>Runs a pipeline on the calling thread. Each object goes down the pipeline as it is written.</summary>
internal sealed class PipelineProcessor(HostSession session, ParsedPipeline parsed, IHostSink sink, SessionState state)
{
    private readonly List<CommandProcessor> commands = [];
    private readonly int thread = Environment.CurrentManagedThreadId;
    private volatile bool stopping;
    private ErrorRecord? failure;
    private bool wroteError;
    private bool outputClosed;

    public IHostSink Sink { get; } = sink;

    public SessionHost Host => session.Host;

    /// <summary>The command whose turn it is: it alone may write, and on the pipeline's thread alone.</summary>
    public CommandProcessor? Writing { get; set; }

    public PipelineOutcome Run(IEnumerable<object?>? input, CancellationToken cancellationToken)
    {
        try
        {
            if (Prepare(input is not null) is { } error)
            {
                Sink.OnError(error);
                return new PipelineOutcome(ExitCodes.Usage, Terminated: true, Stopped: false);
            }

            using (cancellationToken.Register(Stop))
            {
                Execute(input);
            }
        }
        finally
        {
            foreach (var command in commands)
            {
                Dispose(command);
            }
        }

        if (failure is not null && !stopping)
        {
            Sink.OnError(failure);
        }

        var code = outputClosed ? ExitCodes.OutputClosed : stopping ? ExitCodes.Stopped : failure is not null || wroteError ? ExitCodes.Error : ExitCodes.Success;
        return new PipelineOutcome(code, failure is not null, stopping);
    }

    public void WriteDown(CommandProcessor from, object? value)
    {
        ThrowIfStopping();
        var next = commands.IndexOf(from) + 1;
        if (next < commands.Count)
        {
            commands[next].ProcessInput(value);
            return;
        }

        try
        {
            Sink.OnOutput(value is PSObject { BaseObject: not PSCustomObject } wrapped && wrapped.Properties.All(property => property is not PSNoteProperty)
                ? wrapped.BaseObject
                : value);
        }
        catch (OutputClosedException)
        {
            // Here and not in the command's guard alone: a cmdlet that catches exceptions knows this one.
            throw CloseOutput();
        }
    }

    public void WriteError(ErrorRecord error)
    {
        wroteError = true;
        Sink.OnError(error);
    }

    /// <summary>Notes the error that ends the pipeline, and gives what to throw: commands see a stopped pipeline, as in PowerShell.</summary>
    public PipelineStoppedException Fail(ErrorRecord error)
    {
        failure ??= error;
        return new PipelineStoppedException();
    }

    /// <summary>Stops the pipeline because nobody reads its output, and gives what to throw.</summary>
    public PipelineStoppedException CloseOutput()
    {
        outputClosed = true;
        Stop();
        return new PipelineStoppedException();
    }

    public void ThrowIfStopping()
    {
        if (stopping || failure is not null)
        {
            throw new PipelineStoppedException();
        }
    }

    public void ThrowIfNotItsTurn(CommandProcessor command)
    {
        if (Environment.CurrentManagedThreadId != thread || Writing != command)
        {
            throw new PSInvalidOperationException(
                "The WriteObject and WriteError methods cannot be called from outside the overrides of the BeginProcessing, ProcessRecord, and EndProcessing methods, and they can only be called from within the same thread. Validate that the cmdlet makes these calls correctly, or contact Microsoft Customer Support Services.");
        }
    }

    // Everything is bound before anything begins.
    private ErrorRecord? Prepare(bool hasInput)
    {
        for (var i = 0; i < parsed.Commands.Count; i++)
        {
            var command = parsed.Commands[i];
            if (session.Commands.Find(command.Name) is not { } cmdlet)
            {
                return session.Commands.NotFound(command.Name);
            }

            var manifest = session.Module?.Manifest;
            var info = CommandHosting.CreateCommandInfo(cmdlet.Name, cmdlet.Type, manifest?.Name ?? string.Empty, manifest?.Version ?? new Version(0, 0));
            var invocation = CommandHosting.CreateInvocation(info, command.Name, parsed.Text, i + 1, parsed.Commands.Count, i > 0 || hasInput);
            commands.Add(new CommandProcessor(this, cmdlet, command, invocation, state));
        }

        foreach (var command in commands)
        {
            try
            {
                command.Bind();
            }
            catch (ParameterBindingException error)
            {
                return command.Describe(error);
            }
        }

        return null;
    }

    private void Execute(IEnumerable<object?>? input)
    {
        try
        {
            var first = 0;
            try
            {
                foreach (var command in commands)
                {
                    command.Begin();
                }

                Feed(input);
            }
            catch (StopUpstreamCommandsException stop)
            {
                first = IndexOf(stop);
            }

            while (first < commands.Count)
            {
                try
                {
                    commands[first].End();
                    first++;
                }
                catch (StopUpstreamCommandsException stop)
                {
                    first = Math.Max(first + 1, IndexOf(stop));
                }
            }
        }
        catch (PipelineStoppedException error)
        {
            // A cmdlet that throws it of its own accord has ended the pipeline with an error.
            if (!stopping)
            {
                failure ??= error.ErrorRecord;
            }
        }
    }

    private int IndexOf(StopUpstreamCommandsException stop) => commands.FindIndex(command => command.Command == stop.RequestingCommand);

    private void Feed(IEnumerable<object?>? input)
    {
        if (input is null)
        {
            commands[0].ProcessWithoutInput();
            return;
        }

        foreach (var item in input)
        {
            ThrowIfStopping();
            commands[0].ProcessInput(item);
        }
    }

    private void Stop()
    {
        stopping = true;
        foreach (var command in commands)
        {
            try
            {
                CommandHosting.Stop(command.Command);
            }
            catch (Exception)
            {
                // One command's fault must not keep the others from being stopped.
            }
        }
    }

    private void Dispose(CommandProcessor command)
    {
        try
        {
            command.Dispose();
        }
        catch (Exception error)
        {
            failure ??= command.Describe(error);
        }
    }
}
