using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Management.Automation.Runspaces;
using CivicQ.Host.Builtins;
using CivicQ.Host.Modules;
using CivicQ.Host.Parsing;

namespace CivicQ.Host.Engine;

/// <summary>
/// A session: the module, its commands, and a runspace that the module may hang its state on. Sessions are independent of each other and
/// may run at the same time; a session runs one pipeline at a time.
/// </summary>
public sealed class HostSession : IDisposable
{
    private readonly Lock running = new();
    private readonly SessionState state;

    private HostSession(LoadedModule? module, string workingDirectory)
    {
        Module = module;
        Commands = new CommandTable(module);
        BuiltinCommands.Register(Commands.Register);
        Runspace = CommandHosting.CreateRunspace("civicq");
        Host = new SessionHost();
        state = CommandHosting.CreateSessionState(workingDirectory);
    }

    /// <summary>The module; null for a session with the host's own commands alone.</summary>
    public LoadedModule? Module { get; }

    /// <summary>The commands; more of the host's own may be registered.</summary>
    public CommandTable Commands { get; }

    /// <summary>The session's runspace: <see cref="System.Management.Automation.Runspaces.Runspace.DefaultRunspace"/> on its pipeline thread.</summary>
    public Runspace Runspace { get; }

    internal SessionHost Host { get; }

    /// <summary>Opens a session.</summary>
    /// <param name="modulePath">The module's manifest; null for none.</param>
    /// <param name="workingDirectory">What relative paths are relative to; null for the process's directory.</param>
    /// <exception cref="ModuleLoadException">The module cannot be loaded.</exception>
    public static HostSession Create(string? modulePath, string? workingDirectory = null) =>
        new(modulePath is null ? null : LoadedModule.Load(modulePath), workingDirectory ?? Environment.CurrentDirectory);

    /// <summary>Runs a line and keeps what it writes.</summary>
    /// <param name="line">A pipeline as one would type it.</param>
    /// <param name="input">Objects that the first command gets from the pipeline; null for none.</param>
    /// <param name="sink">Gets everything besides, as it is written, and answers confirmations.</param>
    /// <param name="cancellationToken">Stops the pipeline as Ctrl+C does.</param>
    public InvocationResult Invoke(string line, IEnumerable<object?>? input = null, IHostSink? sink = null, CancellationToken cancellationToken = default) =>
        Collect(() => new LineParser(line).Parse(), input, sink, cancellationToken);

    /// <summary>Runs the words of an argv and keeps what they write.</summary>
    /// <param name="argv">A command and its arguments; <c>|</c> parts commands.</param>
    /// <param name="input">Objects that the first command gets from the pipeline; null for none.</param>
    /// <param name="sink">Gets everything besides, as it is written, and answers confirmations.</param>
    /// <param name="cancellationToken">Stops the pipeline as Ctrl+C does.</param>
    public InvocationResult Invoke(string[] argv, IEnumerable<object?>? input = null, IHostSink? sink = null, CancellationToken cancellationToken = default) =>
        Collect(() => ArgvParser.Parse(argv), input, sink, cancellationToken);

    /// <summary>Runs a line on a thread of its own, without holding the caller's.</summary>
    /// <param name="line">A pipeline as one would type it.</param>
    /// <param name="input">Objects that the first command gets from the pipeline; null for none.</param>
    /// <param name="sink">Gets everything besides, as it is written, and answers confirmations.</param>
    /// <param name="cancellationToken">Stops the pipeline as Ctrl+C does; the task ends normally, with <see cref="InvocationResult.Stopped"/>.</param>
    public Task<InvocationResult> InvokeAsync(string line, IEnumerable<object?>? input = null, IHostSink? sink = null, CancellationToken cancellationToken = default) =>
        Task.Factory.StartNew(
            () => Invoke(line, input, sink, cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Runs a line and keeps nothing: everything goes to the sink.</summary>
    public PipelineOutcome Stream(string line, IHostSink sink, CancellationToken cancellationToken = default) =>
        Run(() => new LineParser(line).Parse(), null, sink, cancellationToken);

    /// <summary>Runs the words of an argv and keeps nothing: everything goes to the sink.</summary>
    public PipelineOutcome Stream(string[] argv, IHostSink sink, CancellationToken cancellationToken = default) =>
        Run(() => ArgvParser.Parse(argv), null, sink, cancellationToken);

    /// <summary>Runs a pipeline that is parsed already, and keeps nothing: everything goes to the sink.</summary>
    public PipelineOutcome Stream(ParsedPipeline pipeline, IHostSink sink, CancellationToken cancellationToken = default) =>
        Run(() => pipeline, null, sink, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => Runspace.Dispose();

    private InvocationResult Collect(Func<ParsedPipeline> parse, IEnumerable<object?>? input, IHostSink? sink, CancellationToken cancellationToken)
    {
        var streams = new StreamCollector(sink);
        return new InvocationResult(streams, Run(parse, input, streams, cancellationToken));
    }

    private PipelineOutcome Run(Func<ParsedPipeline> parse, IEnumerable<object?>? input, IHostSink sink, CancellationToken cancellationToken)
    {
        ParsedPipeline pipeline;
        try
        {
            pipeline = parse();
        }
        catch (CommandLineException error)
        {
            sink.OnError(new ErrorRecord(error, error.Id, ErrorCategory.ParserError, null));
            return new PipelineOutcome(ExitCodes.Usage, Terminated: true, Stopped: false);
        }

        lock (running)
        {
            PipelineOutcome? outcome = null;
            Exception? failure = null;
            var thread = new Thread(() =>
            {
                Runspace.DefaultRunspace = Runspace;
                try
                {
                    outcome = new PipelineProcessor(this, pipeline, sink, state).Run(input, cancellationToken);
                }
                catch (Exception error)
                {
                    failure = error;
                }
            })
            {
                Name = "Pipeline",
                IsBackground = true,
            };
            thread.Start();
            thread.Join();
            return failure is null ? outcome! : throw new InvalidOperationException($"The host failed: {failure.Message}", failure);
        }
    }
}
