using CivicQ.Host.Engine;
using CivicQ.Host.Faults;
using CivicQ.Host.Modules;
using CivicQ.Host.Parsing;
using CivicQ.Host.Presentation.Commands;
using CivicQ.Host.Presentation.Formats;
using CivicQ.Host.Presentation.Help;
using CivicQ.Host.Presentation.Screens;
using CivicQ.Host.Presentation.Streams;
using CivicQ.Host.Presentation.Views;

namespace CivicQ.Host.Cli;

/// <summary>The command <c>civicq</c>.</summary>
public static class CivicqCommand
{
    /// <summary>How it is called.</summary>
    private const string Usage = """

        civicq CMDLET [-Parameter value …] ['|' CMDLET …]     runs cmdlets of CivicQ.Ops without PowerShell
        civicq 'CMDLET … | Where-Object Status -ne Healthy'  the same as one line, quoted as in PowerShell
        civicq -                                             runs the lines of standard input, one after the other
        civicq help [CMDLET | TOPIC] [-Full | -Examples | -Parameter NAME]

          --output table|list|json|jsonl|csv   how results are shown (-o)
          --no-color                           no colours, as with NO_COLOR
          --version, --help

        It ends with 0; with 1 after an error; with 2 when the command line is wrong; with 130 after Ctrl+C, 143 after SIGTERM,
        and with 141 when nobody reads its output any more.
        """;

    /// <summary>Runs it.</summary>
    /// <param name="args">The words of its command line.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string[] args)
    {
        var options = HostOptions.Read(args);
        var (output, error) = (Screen.Output(options.Colour), Screen.Error(options.Colour));
        try
        {
            return Run(options, output, error);
        }
        catch (OutputClosedException)
        {
            return ExitCodes.OutputClosed;
        }
        catch (Exception failure) when (failure is ModuleLoadException or FormatException)
        {
            ErrorText.Write(error, ErrorText.Host, failure.Message, null);
            return ExitCodes.Error;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Where results cannot go (a closed stream, a full disk), they cannot be flushed either.
            ErrorText.Write(error, ErrorText.Host, $"The results cannot be written: {failure.Message}", null);
            return ExitCodes.Error;
        }
        finally
        {
            Flush(output);
            Flush(error);
        }
    }

    private static void Flush(Screen screen)
    {
        try
        {
            screen.Flush();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Said already, or there is nowhere to say it.
        }
    }

    private static int Run(HostOptions options, Screen output, Screen error)
    {
        if (options.Problem is { } problem)
        {
            ErrorText.Write(error, ErrorText.Host, problem, "civicq --help shows how it is called.");
            return ExitCodes.Usage;
        }

        if (options.Version)
        {
            var manifest = ModuleManifest.Read(ModuleLocator.Find());
            output.WriteLine($"civicq {typeof(CivicqCommand).Assembly.GetName().Version!.ToString(3)}, {manifest.Name} {manifest.Version} ({manifest.Path})");
            return ExitCodes.Success;
        }

        if (options.Help || options.Words.Count == 0)
        {
            (options.Help ? output : error).WriteLine(Usage);
            return options.Help ? ExitCodes.Success : ExitCodes.Usage;
        }

        if (options.Words[0].Equals("help", StringComparison.OrdinalIgnoreCase))
        {
            return ShowHelp([.. options.Words.Skip(1)], output, error);
        }

        using var session = HostSession.Create(ModuleLocator.Find());
        PresentationCommands.Register(session.Commands.Register);
        using var signals = new StopSignals();
        if (options.Words is not ["-"])
        {
            return RunOne(session, options, () => ArgvParser.Parse(options.Words), output, error, signals);
        }

        var worst = ExitCodes.Success;
        while (!signals.Stopped && Console.In.ReadLine() is { } line)
        {
            if (line.AsSpan().Trim() is { Length: > 0 } text && text[0] != '#')
            {
                worst = Math.Max(worst, RunOne(session, options, () => new LineParser(line).Parse(), output, error, signals));
            }
        }

        return Math.Max(worst, signals.ExitCode);
    }

    private static int ShowHelp(string[] words, Screen output, Screen error) =>
        new HelpCommand(new HelpLibrary(Path.GetDirectoryName(ModuleLocator.Find())!), output, error).Run(words);

    private static int RunOne(
        HostSession session, HostOptions options, Func<ParsedPipeline> parse, Screen output, Screen error, StopSignals signals)
    {
        var views = new ViewCatalogue(session.Module!.Manifest.FormatsToProcess, name => session.Module.Assembly.GetType(name));
        ParsedPipeline pipeline;
        try
        {
            pipeline = parse();
        }
        catch (CommandLineException problem)
        {
            ErrorText.Write(error, ErrorText.Host, problem.Message, "civicq --help shows how it is called.");
            return ExitCodes.Usage;
        }

        if (pipeline.Commands.FirstOrDefault(command => command.Elements.OfType<ParameterElement>().Any(element => element.Name == "?")) is { } asked)
        {
            return ShowHelp([asked.Name], output, error);
        }

        var input = Console.IsInputRedirected ? null : Console.In;
        var sink = new TerminalSink(ObjectWriters.Create(options.Output ?? OutputFormat.Auto, output, views), output, error, input);
        try
        {
            return signals.Run(token => session.Stream(pipeline, sink, token).ExitCode);
        }
        finally
        {
            sink.Complete();
        }
    }
}
