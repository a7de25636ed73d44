using CivicQ.Help.Metadata;
using CivicQ.Help.Pages;
using CivicQ.Help.Problems;

namespace CivicQ.Help.Checks;

/// <summary>Checks that a page and its cmdlet agree.</summary>
internal static class PageCheck
{
    /// <summary>Checks a page.</summary>
    /// <param name="page">The page.</param>
    /// <param name="cmdlet">Its cmdlet.</param>
    /// <param name="shared">The shared descriptions, by parameter name.</param>
    /// <returns>What is wrong.</returns>
    public static IEnumerable<HelpProblem> Check(HelpPage page, CmdletMetadata cmdlet, IReadOnlyDictionary<string, HelpEntry> shared) =>
        CheckSynopsis(page)
            .Concat(CheckParameters(page, cmdlet, shared))
            .Concat(CheckOutputs(page, cmdlet))
            .Concat(CheckInputs(page, cmdlet))
            .Concat(CheckLinks(page));

    private static IEnumerable<HelpProblem> CheckSynopsis(HelpPage page)
    {
        if (page.Synopsis.Text.Count != 1 || page.Synopsis.Text[0].Length == 0)
        {
            yield return new HelpProblem(page.Path, page.Synopsis.Line, HelpRule.Synopsis,
                $"The synopsis must be one line; it has {page.Synopsis.Text.Count}.");
        }
    }

    private static IEnumerable<HelpProblem> CheckParameters(HelpPage page, CmdletMetadata cmdlet, IReadOnlyDictionary<string, HelpEntry> shared)
    {
        foreach (var parameter in cmdlet.Parameters)
        {
            var entry = page.Parameters.FirstOrDefault(entry => entry.Name.Equals(parameter.Name, StringComparison.OrdinalIgnoreCase))
                ?? shared.GetValueOrDefault(parameter.Name);
            if (entry is null || entry.Text.Count == 0)
            {
                yield return new HelpProblem(page.Path, entry?.Line ?? 1, HelpRule.ParameterNotDescribed,
                    $"Parameter -{parameter.Name} of {cmdlet.Name} is not described, neither here nor in _shared.md.");
            }
        }

        foreach (var entry in page.Parameters)
        {
            if (!cmdlet.Parameters.Any(parameter => parameter.Name.Equals(entry.Name, StringComparison.OrdinalIgnoreCase)))
            {
                yield return new HelpProblem(page.Path, entry.Line, HelpRule.ParameterUnknown, $"{cmdlet.Name} has no parameter -{entry.Name}.");
            }
        }
    }

    private static IEnumerable<HelpProblem> CheckOutputs(HelpPage page, CmdletMetadata cmdlet)
    {
        var described = (page.Outputs ?? []).Where(entry => !IsNone(entry)).ToList();
        foreach (var missing in cmdlet.OutputTypes.Where(type => !described.Any(entry => entry.Name == type)))
        {
            yield return new HelpProblem(page.Path, page.Outputs is [var first, ..] ? first.Line : 1, HelpRule.Types,
                $"OUTPUTS does not name {missing}, which {cmdlet.Name} declares.");
        }

        foreach (var entry in described.Where(entry => !cmdlet.OutputTypes.Contains(entry.Name)))
        {
            yield return new HelpProblem(page.Path, entry.Line, HelpRule.Types, $"{cmdlet.Name} does not declare the output {entry.Name}.");
        }
    }

    private static IEnumerable<HelpProblem> CheckInputs(HelpPage page, CmdletMetadata cmdlet)
    {
        // A parameter of string[] takes strings from the pipeline, one at a time.
        var taken = cmdlet.Parameters.Where(parameter => parameter.TakesPipeline)
            .SelectMany(parameter => new[] { parameter.TypeName, parameter.TypeName.Replace("[]", string.Empty, StringComparison.Ordinal) })
            .ToHashSet(StringComparer.Ordinal);
        return (page.Inputs ?? []).Where(entry => !IsNone(entry) && !taken.Contains(entry.Name))
            .Select(entry => new HelpProblem(page.Path, entry.Line, HelpRule.Types,
                $"No parameter of {cmdlet.Name} takes {entry.Name} from the pipeline."));
    }

    private static IEnumerable<HelpProblem> CheckLinks(HelpPage page)
    {
        if (!IsWebAddress(page.OnlineVersion))
        {
            yield return new HelpProblem(page.Path, 1, HelpRule.Links, "'online version' must be an https address: Get-Help -Online opens it.");
        }

        if (page.Links.Count == 0)
        {
            yield return new HelpProblem(page.Path, 1, HelpRule.Links, "RELATED LINKS needs at least one link.");
        }

        foreach (var link in page.Links.Where(link => !IsWebAddress(link.Address)))
        {
            var file = Path.Combine(Path.GetDirectoryName(page.Path)!, link.Address.Split('#')[0]);
            if (!File.Exists(file))
            {
                yield return new HelpProblem(page.Path, link.Line, HelpRule.Links, $"The link '{link.Text}' leads to '{link.Address}', which does not exist.");
            }
        }
    }

    private static bool IsNone(HelpEntry entry) => entry.Name.Equals("None", StringComparison.OrdinalIgnoreCase);

    private static bool IsWebAddress(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp);
}
