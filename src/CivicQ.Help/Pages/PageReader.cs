using System.Text.RegularExpressions;
using CivicQ.Help.Problems;
using CivicQ.Help.Text;
using Markdig;
using Markdig.Extensions.Yaml;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace CivicQ.Help.Pages;

/// <summary>Reads pages in platyPS' layout.</summary>
internal static partial class PageReader
{
    private static readonly MarkdownPipeline Pipeline =
        new MarkdownPipelineBuilder().UseYamlFrontMatter().UsePipeTables().UsePreciseSourceLocation().Build();

    // SYNTAX is made from the metadata; a page that has it keeps what platyPS wrote, and it is not read.
    private static readonly string[] Sections =
        ["SYNOPSIS", "SYNTAX", "DESCRIPTION", "EXAMPLES", "PARAMETERS", "INPUTS", "OUTPUTS", "NOTES", "RELATED LINKS"];

    private static readonly string[] NeededSections = ["DESCRIPTION", "OUTPUTS"];
    private static readonly string[] NeededKeys = ["external help file", "Module Name", "online version"];

    /// <summary>Parses Markdown as all pages are parsed.</summary>
    /// <param name="text">The Markdown.</param>
    /// <returns>The document.</returns>
    public static MarkdownDocument Parse(string text) => Markdown.Parse(text, Pipeline);

    /// <summary>Reads a cmdlet's page.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problems">What is wrong with its layout goes here.</param>
    /// <returns>The page, as much as could be read.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static HelpPage Read(string path, ICollection<HelpProblem> problems)
    {
        var document = Parse(File.ReadAllText(path));
        var front = FrontMatter(document);
        foreach (var key in NeededKeys.Where(key => !front.ContainsKey(key)))
        {
            problems.Add(new HelpProblem(path, 1, HelpRule.Layout, $"The front matter has no '{key}'."));
        }

        var titles = document.OfType<HeadingBlock>().Where(heading => heading.Level == 1).ToList();
        var name = titles.Count > 0 ? PlainText.Render(titles[0].Inline) : Path.GetFileNameWithoutExtension(path);
        if (titles.Count != 1 || name != Path.GetFileNameWithoutExtension(path))
        {
            problems.Add(new HelpProblem(path, titles.Count > 0 ? Line(titles[^1]) : 1, HelpRule.Layout,
                $"The page needs one title, '# {Path.GetFileNameWithoutExtension(path)}', as its file is named."));
        }

        var sections = ReadSections(path, document, problems);
        return new HelpPage(
            path,
            name,
            front.GetValueOrDefault("online version"),
            Synopsis(sections),
            PlainText.Render(Blocks(sections, "DESCRIPTION")),
            [.. Split(Blocks(sections, "EXAMPLES")).Select(Example)],
            ParameterEntries(Blocks(sections, "PARAMETERS")),
            Types(sections, "INPUTS"),
            Types(sections, "OUTPUTS"),
            PlainText.Render(Blocks(sections, "NOTES")),
            Links(Blocks(sections, "RELATED LINKS")));
    }

    /// <summary>Reads descriptions that several cmdlets share: a page with PARAMETERS alone.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The described parameters.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<HelpEntry> ReadShared(string path) => ParameterEntries([.. Parse(File.ReadAllText(path))]);

    private static Dictionary<string, string> FrontMatter(MarkdownDocument document)
    {
        var lines = document.OfType<YamlFrontMatterBlock>().FirstOrDefault()?.Lines.ToString() ?? string.Empty;
        return lines.ReplaceLineEndings("\n").Split('\n')
            .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
            .Where(pair => pair.Length == 2 && pair[0].Length > 0)
            .DistinctBy(pair => pair[0], StringComparer.OrdinalIgnoreCase)
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
    }

    private static Dictionary<string, (int Line, List<Block> Blocks)> ReadSections(
        string path, MarkdownDocument document, ICollection<HelpProblem> problems)
    {
        var sections = new Dictionary<string, (int Line, List<Block> Blocks)>(StringComparer.OrdinalIgnoreCase);
        List<Block>? current = null;
        var last = -1;
        foreach (var block in document)
        {
            if (block is not HeadingBlock { Level: <= 2 } heading)
            {
                current?.Add(block);
                continue;
            }

            current = null;
            if (heading.Level == 1)
            {
                continue;
            }

            var title = PlainText.Render(heading.Inline);
            var order = Array.IndexOf(Sections, title);
            current = [];
            if (order < 0 || order <= last || !sections.TryAdd(title, (Line(heading), current)))
            {
                problems.Add(new HelpProblem(path, Line(heading), HelpRule.Layout,
                    $"Section '{title}' is unknown, given twice or out of order. The sections are {string.Join(", ", Sections)}."));
            }

            last = Math.Max(last, order);
        }

        foreach (var missing in NeededSections.Where(needed => !sections.ContainsKey(needed)))
        {
            problems.Add(new HelpProblem(path, 1, HelpRule.Layout, $"Section '## {missing}' is missing."));
        }

        return sections;
    }

    private static List<Block> Blocks(Dictionary<string, (int Line, List<Block> Blocks)> sections, string name) =>
        sections.TryGetValue(name, out var section) ? section.Blocks : [];

    private static HelpEntry Synopsis(Dictionary<string, (int Line, List<Block> Blocks)> sections)
    {
        if (!sections.TryGetValue("SYNOPSIS", out var section))
        {
            return new HelpEntry("SYNOPSIS", 1, []);
        }

        // Lines of the source count, so a paragraph's soft line breaks are kept here.
        var lines = section.Blocks.SelectMany(block => block is ParagraphBlock paragraph
            ? Enumerable.Repeat(PlainText.Render(paragraph.Inline), 1 + (paragraph.Inline?.OfType<LineBreakInline>().Count() ?? 0))
            : PlainText.Render([block]));
        return new HelpEntry("SYNOPSIS", section.Line, [.. lines]);
    }

    private static IReadOnlyList<HelpEntry>? Types(Dictionary<string, (int Line, List<Block> Blocks)> sections, string name) =>
        sections.TryGetValue(name, out var section)
            ? [.. Split(section.Blocks).Select(entry => new HelpEntry(entry.Title, entry.Line, PlainText.Render(entry.Blocks)))]
            : null;

    private static IReadOnlyList<HelpEntry> ParameterEntries(List<Block> blocks) =>
        [.. Split(blocks).Where(entry => entry.Title.StartsWith('-')).Select(entry =>
            new HelpEntry(entry.Title[1..], entry.Line, PlainText.Render(entry.Blocks.Where(block => block is not FencedCodeBlock { Info: "yaml" }))))];

    private static HelpExample Example((string Title, int Line, List<Block> Blocks) entry)
    {
        var code = entry.Blocks.OfType<CodeBlock>().FirstOrDefault();
        return new HelpExample(
            ExampleNumber().Replace(entry.Title, string.Empty),
            entry.Line,
            code is null ? string.Empty : PlainText.Code(code),
            code is null ? entry.Line : Line(code) + (code is FencedCodeBlock ? 1 : 0),
            PlainText.Render(entry.Blocks.Where(block => block != code)));
    }

    private static IReadOnlyList<HelpLink> Links(IEnumerable<Block> blocks) =>
        [.. blocks.SelectMany(Leaves).SelectMany(leaf => leaf.Inline?.FindDescendants<LinkInline>() ?? [])
            .Select(link => new HelpLink(PlainText.Render((ContainerInline)link).Trim(), link.Url ?? string.Empty, link.Line + 1))];

    private static IEnumerable<LeafBlock> Leaves(Block block) => block switch
    {
        LeafBlock leaf => [leaf],
        ContainerBlock container => container.SelectMany(Leaves),
        _ => [],
    };

    private static List<(string Title, int Line, List<Block> Blocks)> Split(List<Block> blocks)
    {
        var entries = new List<(string Title, int Line, List<Block> Blocks)>();
        foreach (var block in blocks)
        {
            if (block is HeadingBlock { Level: 3 } heading)
            {
                entries.Add((PlainText.Render(heading.Inline), Line(heading), []));
            }
            else if (entries.Count > 0)
            {
                entries[^1].Blocks.Add(block);
            }
        }

        return entries;
    }

    private static int Line(Block block) => block.Line + 1;

    [GeneratedRegex(@"^Example\s+\d+\s*:?\s*", RegexOptions.IgnoreCase)]
    private static partial Regex ExampleNumber();
}
