using CivicQ.Help.Metadata;
using CivicQ.Help.Pages;
using CivicQ.Help.Problems;

namespace CivicQ.Help.Checks;

/// <summary>Checks the module as a whole: cmdlets, pages and manifest must name the same things.</summary>
internal static class ModuleCheck
{
    /// <summary>Checks everything.</summary>
    /// <param name="folder">The folder of the pages; a missing page is reported there.</param>
    /// <param name="cmdlets">The cmdlets.</param>
    /// <param name="pages">The pages.</param>
    /// <param name="shared">The shared descriptions, by parameter name.</param>
    /// <param name="manifest">The manifest.</param>
    /// <returns>What is wrong.</returns>
    public static IEnumerable<HelpProblem> Check(
        string folder,
        IReadOnlyList<CmdletMetadata> cmdlets,
        IReadOnlyList<HelpPage> pages,
        IReadOnlyDictionary<string, HelpEntry> shared,
        ModuleManifest manifest)
    {
        foreach (var cmdlet in cmdlets.Where(cmdlet => !pages.Any(page => page.Name == cmdlet.Name)))
        {
            yield return new HelpProblem(Path.Combine(folder, cmdlet.Name + ".md"), 1, HelpRule.PageMissing, $"{cmdlet.Name} has no page.");
        }

        var examples = new ExampleCheck(cmdlets);
        foreach (var page in pages)
        {
            var cmdlet = cmdlets.FirstOrDefault(cmdlet => cmdlet.Name == page.Name);
            var problems = cmdlet is null
                ? [new HelpProblem(page.Path, 1, HelpRule.CmdletMissing, $"There is no cmdlet {page.Name}.")]
                : PageCheck.Check(page, cmdlet, shared).Concat(examples.Check(page));
            foreach (var problem in problems)
            {
                yield return problem;
            }
        }

        foreach (var cmdlet in cmdlets.Where(cmdlet => !manifest.Cmdlets.Any(export => export.Name == cmdlet.Name)))
        {
            yield return new HelpProblem(manifest.Path, manifest.Line, HelpRule.Manifest, $"CmdletsToExport does not name {cmdlet.Name}.");
        }

        foreach (var (name, line) in manifest.Cmdlets.Where(export => !cmdlets.Any(cmdlet => cmdlet.Name == export.Name)))
        {
            yield return new HelpProblem(manifest.Path, line, HelpRule.Manifest, $"CmdletsToExport names {name}, which the assembly does not have.");
        }
    }
}
