using CivicQ.Host.Presentation.Formats;

namespace CivicQ.Host.Cli;

/// <summary>What of an argv is meant for <c>civicq</c> itself: words that begin with two dashes. The rest is the command line.</summary>
public sealed class HostOptions
{
    private HostOptions()
    {
    }

    /// <summary>How results are shown; null where the command line does not say.</summary>
    public OutputFormat? Output { get; private set; }

    /// <summary>False for <c>--no-color</c>, and where NO_COLOR is set.</summary>
    public bool Colour { get; private set; } = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>Whether only the version is asked for.</summary>
    public bool Version { get; private set; }

    /// <summary>Whether help on <c>civicq</c> is asked for.</summary>
    public bool Help { get; private set; }

    /// <summary>What is wrong with the options; null where nothing is.</summary>
    public string? Problem { get; private set; }

    /// <summary>The command line.</summary>
    public IReadOnlyList<string> Words { get; private set; } = [];

    /// <summary>Reads an argv.</summary>
    /// <param name="args">The words. After a word <c>--</c> nothing is taken out any more.</param>
    /// <returns>The options.</returns>
    public static HostOptions Read(IReadOnlyList<string> args)
    {
        var options = new HostOptions();
        var words = new List<string>();
        for (var index = 0; index < args.Count && options.Problem is null; index++)
        {
            var (name, value) = args[index].StartsWith("--", StringComparison.Ordinal) && args[index].IndexOf('=', StringComparison.Ordinal) is > 0 and var at
                ? (args[index][..at], args[index][(at + 1)..])
                : (args[index], null);
            switch (name)
            {
                case "--":
                    words.AddRange(args.Skip(index));
                    index = args.Count;
                    break;
                case "--output" or "-o":
                    value ??= ++index < args.Count ? args[index] : "";
                    options.Output = ObjectWriters.TryParse(value, out var format) ? format : null;
                    options.Problem = options.Output is null ? $"--output takes one of {string.Join(", ", ObjectWriters.Names)}, not '{value}'." : null;
                    break;
                case "--no-color" or "--no-colour":
                    options.Colour = false;
                    break;
                case "--version":
                    options.Version = true;
                    break;
                case "--help" or "-h":
                    options.Help = true;
                    break;
                default:
                    if (name.StartsWith("--", StringComparison.Ordinal))
                    {
                        options.Problem = $"There is no option '{name}'. Parameters of cmdlets begin with one dash.";
                    }

                    words.Add(args[index]);
                    break;
            }
        }

        options.Words = words;
        return options;
    }
}
