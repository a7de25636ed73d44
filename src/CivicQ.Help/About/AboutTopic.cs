using System.Text;
using CivicQ.Help.Pages;
using CivicQ.Help.Problems;
using CivicQ.Help.Text;
using Markdig.Syntax;

namespace CivicQ.Help.About;

/// <summary>An about_ topic: Markdown in, the text that <c>Get-Help about_…</c> shows out, at most 80 columns wide.</summary>
internal static class AboutTopic
{
    private const int Width = 80;
    private const string Margin = "    ";

    /// <summary>Renders a topic.</summary>
    /// <param name="path">The Markdown file.</param>
    /// <param name="problems">What is wrong with its layout goes here.</param>
    /// <returns>The text.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static string Render(string path, ICollection<HelpProblem> problems)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        var document = PageReader.Parse(File.ReadAllText(path));
        var headings = document.OfType<HeadingBlock>().ToList();
        if (headings.Count == 0 || headings[0].Level != 1 || PlainText.Render(headings[0].Inline) != name)
        {
            problems.Add(new HelpProblem(path, 1, HelpRule.Layout, $"The topic needs the title '# {name}'."));
        }

        // Get-Help takes the fifth line as the synopsis: the layout of the first lines is not free.
        if (headings.Count < 2 || !PlainText.Render(headings[1].Inline).Equals("Short description", StringComparison.OrdinalIgnoreCase))
        {
            problems.Add(new HelpProblem(path, 1, HelpRule.Layout, "The topic's first section must be '## Short description'."));
        }

        var text = new StringBuilder("TOPIC\n" + Margin + name + "\n");
        var underHeading = false;
        foreach (var block in document.SkipWhile(block => block is not HeadingBlock).Skip(1))
        {
            if (block is HeadingBlock heading)
            {
                var title = PlainText.Render(heading.Inline);
                text.Append('\n').Append(heading.Level == 2 ? title.ToUpperInvariant() : "  " + title).Append('\n');
                underHeading = true;
                continue;
            }

            var margin = block is CodeBlock ? Margin + Margin : Margin;
            foreach (var paragraph in PlainText.Render([block], Width - margin.Length))
            {
                // A heading and its text belong together; paragraphs are parted by an empty line.
                text.Append(underHeading ? string.Empty : "\n").Append(PlainText.Indent(paragraph, margin, margin)).Append('\n');
                underHeading = false;
            }
        }

        return text.ToString();
    }
}
