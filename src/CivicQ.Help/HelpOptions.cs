namespace CivicQ.Help;

/// <summary>Where the generator finds what it reads, and where it writes.</summary>
/// <param name="Assembly">The module's assembly.</param>
/// <param name="References">Folders of the assemblies that it names.</param>
/// <param name="Docs">The folder of the Markdown pages.</param>
/// <param name="Manifest">The module's manifest.</param>
/// <param name="Output">The folder of the help, <c>en-US</c>.</param>
internal sealed record HelpOptions(string Assembly, IReadOnlyList<string> References, string Docs, string Manifest, string Output)
{
    /// <summary>How the generator is called.</summary>
    public const string Usage = "CivicQ.Help --assembly DLL --docs FOLDER --manifest PSD1 --output FOLDER [--references FOLDER]...";

    /// <summary>Reads a command line.</summary>
    /// <param name="args">Pairs of option and value.</param>
    /// <returns>The options, or null where one is unknown or missing.</returns>
    public static HelpOptions? Parse(IReadOnlyList<string> args)
    {
        var given = args.Chunk(2).Where(pair => pair.Length == 2).ToLookup(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        string[] needed = ["--assembly", "--docs", "--manifest", "--output"];
        return args.Count % 2 == 0
            && needed.All(name => given[name].Count() == 1)
            && given.All(group => needed.Contains(group.Key) || group.Key == "--references")
            ? new HelpOptions(given["--assembly"].First(), [.. given["--references"]], given["--docs"].First(), given["--manifest"].First(), given["--output"].First())
            : null;
    }
}
