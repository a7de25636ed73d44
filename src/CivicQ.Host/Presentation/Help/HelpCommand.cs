using CivicQ.Host.Presentation.Screens;
using CivicQ.Host.Presentation.Streams;

namespace CivicQ.Host.Presentation.Help;

/// <summary><c>civicq help [NAME] [-Full | -Examples | -Parameter NAME | -Online]</c>.</summary>
/// <param name="library">The module's help.</param>
/// <param name="output">Where help goes.</param>
/// <param name="error">Where errors go.</param>
public sealed class HelpCommand(HelpLibrary library, Screen output, Screen error)
{
    private const int Success = 0;
    private const int Usage = 2;

    /// <summary>Runs the command.</summary>
    /// <param name="args">What follows <c>help</c>.</param>
    /// <returns>The exit code: 0, or 2 where there is no such help.</returns>
    public int Run(IReadOnlyList<string> args)
    {
        string? name = null;
        string? parameter = null;
        var detail = HelpDetail.Brief;
        var online = false;
        for (var index = 0; index < args.Count; index++)
        {
            switch (args[index].TrimStart('-').ToUpperInvariant())
            {
                case "FULL" or "DETAILED" when args[index].StartsWith('-'):
                    detail = HelpDetail.Full;
                    break;
                case "EXAMPLES" when args[index].StartsWith('-'):
                    detail = HelpDetail.Examples;
                    break;
                case "ONLINE" when args[index].StartsWith('-'):
                    online = true;
                    break;
                case "PARAMETER" when args[index].StartsWith('-') && index + 1 < args.Count:
                    parameter = args[++index].TrimStart('-');
                    break;
                case "NAME" when args[index].StartsWith('-') && index + 1 < args.Count:
                    name = args[++index];
                    break;
                default:
                    if (args[index].StartsWith('-') || name is not null)
                    {
                        return Fail($"help does not take '{args[index]}'.", "civicq help [NAME] [-Full | -Examples | -Parameter NAME | -Online]");
                    }

                    name = args[index];
                    break;
            }
        }

        if (name is null)
        {
            output.WriteLine();
            new HelpText(output).WriteIndex(library);
            return Success;
        }

        if (library.Topic(name) is { } topic)
        {
            output.Write(topic);
            return Success;
        }

        var help = library.Commands.FirstOrDefault(command => command.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return help is null ? FailUnknown(name, library.Commands.Select(command => command.Name).Concat(library.Topics), "help for")
            : online ? Say(help.Links is [var link, ..] ? link : string.Empty)
            : parameter is null ? Say(help, detail)
            : Parameter(help, parameter);
    }

    private int Parameter(CommandHelp help, string name)
    {
        var parameter = help.Parameters.FirstOrDefault(parameter => parameter.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (parameter is null)
        {
            return FailUnknown(name, help.Parameters.Select(parameter => parameter.Name), $"parameter of {help.Name} named");
        }

        output.WriteLine();
        new HelpText(output).Write(parameter);
        return Success;
    }

    private int Say(CommandHelp help, HelpDetail detail)
    {
        new HelpText(output).Write(help, detail);
        return Success;
    }

    // On a server there is rarely a browser: the address is what is wanted.
    private int Say(string link)
    {
        output.WriteLine(link.Replace("Online Version:", string.Empty, StringComparison.Ordinal).Trim());
        return Success;
    }

    private int FailUnknown(string name, IEnumerable<string> names, string what) => Fail(
        $"There is no {what} '{name}'.",
        NameSuggestion.Nearest(name, names) is { } nearest ? $"Did you mean {nearest}?" : "'civicq help' lists what there is.");

    private int Fail(string message, string recommendation)
    {
        ErrorText.Write(error, ErrorText.Host, message, recommendation);
        return Usage;
    }
}
