using System.Management.Automation;
using System.Reflection;
using System.Text;
using CivicQ.Host.Engine;
using CivicQ.Host.Modules;

namespace CivicQ.Host;

/// <summary>The command <c>civicq</c>: one cmdlet or one pipeline, then the exit code.</summary>
public static class Program
{
    /// <summary>Runs the command.</summary>
    /// <param name="args">Host options, then a pipeline as words or as one line; <c>-</c> reads lines from standard input.</param>
    public static int Main(string[] args)
    {
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        if (args is ["--version"])
        {
            Console.Out.WriteLine($"civicq {typeof(Program).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0]}");
            return ExitCodes.Success;
        }

        if (args is [] or ["--help"] or ["help"])
        {
            Console.Out.WriteLine("Usage: civicq Verb-Noun [-Parameter value]... ['|' Verb-Noun ...]\n       civicq 'Verb-Noun ... | Verb-Noun ...'\n       civicq -   (a pipeline a line, from standard input)");
            return args is [] ? ExitCodes.Usage : ExitCodes.Success;
        }

        using var stopping = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            // The pipeline stops and is awaited; a second Ctrl+C ends the process.
            pressed.Cancel = !stopping.IsCancellationRequested;
            stopping.Cancel();
        };
        try
        {
            using var session = HostSession.Create(ModuleLocator.Find());
            var sink = new TextSink(Console.Out, Console.Error);
            return args is ["-"] ? ReadLines(session, sink, stopping.Token) : session.Stream(args, sink, stopping.Token).ExitCode;
        }
        catch (ModuleLoadException error)
        {
            Console.Error.WriteLine(error.Message);
            return ExitCodes.Usage;
        }
    }

    // The last line's exit code says nothing of those before it: the first that is not 0 does.
    private static int ReadLines(HostSession session, IHostSink sink, CancellationToken cancellationToken)
    {
        var code = ExitCodes.Success;
        while (!cancellationToken.IsCancellationRequested && Console.In.ReadLine() is { } line)
        {
            if (line.Trim() is { Length: > 0 } trimmed && trimmed[0] != '#')
            {
                var ended = session.Stream(trimmed, sink, cancellationToken).ExitCode;
                code = code == ExitCodes.Success ? ended : code;
            }
        }

        return code;
    }

    /// <summary>Plain text, until the screens are there.</summary>
    private sealed class TextSink(TextWriter output, TextWriter messages) : IHostSink
    {
        public void OnOutput(object? value) => output.WriteLine(value);

        public void OnError(ErrorRecord error) => messages.WriteLine(error);

        public void OnWarning(string message) => messages.WriteLine($"WARNING: {message}");

        public void OnVerbose(string message) => messages.WriteLine($"VERBOSE: {message}");

        public void OnDebug(string message) => messages.WriteLine($"DEBUG: {message}");

        public void OnInformation(InformationRecord record) => messages.WriteLine(record);

        public void OnProgress(ProgressRecord record)
        {
        }

        public void OnWhatIf(string message) => messages.WriteLine(message);

        public ConfirmationAnswer Confirm(string caption, string message, bool offerAll) => ConfirmationAnswer.Unavailable;
    }
}
