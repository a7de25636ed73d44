using CivicQ.Help.Metadata;
using CivicQ.Help.Pages;
using CivicQ.Help.Problems;

namespace CivicQ.Help.Checks;

/// <summary>Checks that examples call what exists.</summary>
/// <param name="cmdlets">The module's cmdlets.</param>
internal sealed class ExampleCheck(IReadOnlyList<CmdletMetadata> cmdlets)
{
    private const int Fewest = 2;

    private static readonly HashSet<string> CommonParameters = new(StringComparer.OrdinalIgnoreCase)
    {
        "Verbose", "vb", "Debug", "db", "ErrorAction", "ea", "ErrorVariable", "ev", "WarningAction", "wa", "WarningVariable", "wv",
        "InformationAction", "infa", "InformationVariable", "iv", "OutVariable", "ov", "OutBuffer", "ob", "PipelineVariable", "pv",
        "ProgressAction", "proga",
    };

    /// <summary>Checks a page's examples.</summary>
    /// <param name="page">The page.</param>
    /// <returns>What is wrong.</returns>
    public IEnumerable<HelpProblem> Check(HelpPage page)
    {
        if (page.Examples.Count < Fewest)
        {
            yield return new HelpProblem(page.Path, page.Examples is [var first, ..] ? first.Line : 1, HelpRule.Examples,
                $"{page.Name} has {page.Examples.Count} of at least {Fewest} examples.");
        }

        foreach (var example in page.Examples)
        {
            if (example.Code.Length == 0 || example.Remarks.Count == 0)
            {
                yield return new HelpProblem(page.Path, example.Line, HelpRule.Examples,
                    $"Example '{example.Title}' needs a code block and a line that says what it does.");
            }

            var commands = ExampleScanner.Scan(example.Code);
            if (example.Code.Length > 0 && !commands.Any(command => command.Name.Equals(page.Name, StringComparison.OrdinalIgnoreCase)))
            {
                yield return new HelpProblem(page.Path, example.CodeLine, HelpRule.Examples, $"Example '{example.Title}' does not call {page.Name}.");
            }

            foreach (var problem in commands.SelectMany(command => Check(page, example, command)))
            {
                yield return problem;
            }
        }
    }

    private IEnumerable<HelpProblem> Check(HelpPage page, HelpExample example, ExampleCommand command)
    {
        var cmdlet = cmdlets.FirstOrDefault(cmdlet => cmdlet.Name.Equals(command.Name, StringComparison.OrdinalIgnoreCase));
        if (cmdlet is null)
        {
            if (command.Name.Contains("-CivicQ", StringComparison.OrdinalIgnoreCase))
            {
                yield return new HelpProblem(page.Path, example.CodeLine + command.Line, HelpRule.ExampleUnknownName, $"There is no cmdlet {command.Name}.");
            }

            yield break;
        }

        foreach (var (name, values, line) in command.Parameters.Where(used => !CommonParameters.Contains(used.Name)))
        {
            var parameter = cmdlet.Parameters.FirstOrDefault(parameter =>
                parameter.Name.Equals(name, StringComparison.OrdinalIgnoreCase) || parameter.Aliases.Contains(name, StringComparer.OrdinalIgnoreCase));
            if (parameter is null)
            {
                yield return new HelpProblem(page.Path, example.CodeLine + line, HelpRule.ExampleUnknownName, $"{cmdlet.Name} has no parameter -{name}.");
                continue;
            }

            foreach (var value in parameter.Values.Count == 0 || parameter.Wildcards
                ? []
                : ExampleScanner.PlainWords(values).Where(value => !parameter.Values.Contains(value, StringComparer.OrdinalIgnoreCase)))
            {
                yield return new HelpProblem(page.Path, example.CodeLine + line, HelpRule.ExampleUnknownName,
                    $"{cmdlet.Name} -{parameter.Name} does not take '{value}'; it takes {string.Join(", ", parameter.Values)}.");
            }
        }
    }
}
