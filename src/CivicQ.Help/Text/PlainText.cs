using System.Text;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace CivicQ.Help.Text;

/// <summary>Markdown as text for a terminal. Code, tables and lists keep their lines; paragraphs are wrapped only where a width is given.</summary>
internal static class PlainText
{
    private const int TableWidth = 76;

    /// <summary>Renders blocks.</summary>
    /// <param name="blocks">The Markdown.</param>
    /// <param name="width">Columns to wrap paragraphs at; null leaves them on one line, for a reader that wraps itself.</param>
    /// <returns>One text a block; lines are parted by <c>\n</c>.</returns>
    public static IReadOnlyList<string> Render(IEnumerable<Block> blocks, int? width = null) =>
        [.. blocks.Select(block => RenderBlock(block, width)).Where(text => text.Length > 0)];

    /// <summary>Renders the text of a line: emphasis and code marks go, links keep their address.</summary>
    /// <param name="inlines">The inlines.</param>
    /// <returns>The text.</returns>
    public static string Render(ContainerInline? inlines)
    {
        var text = new StringBuilder();
        foreach (var inline in inlines ?? Enumerable.Empty<Inline>())
        {
            switch (inline)
            {
                case LiteralInline literal:
                    text.Append(literal.Content.AsSpan());
                    break;
                case CodeInline code:
                    text.Append(code.Content);
                    break;
                case LineBreakInline line:
                    text.Append(line.IsHard ? '\n' : ' ');
                    break;
                case HtmlEntityInline entity:
                    text.Append(entity.Transcoded.AsSpan());
                    break;
                case AutolinkInline link:
                    text.Append(link.Url);
                    break;
                case HtmlInline html:
                    text.Append(html.Tag);
                    break;
                case LinkInline link:
                    var label = Render(link);
                    text.Append(label);
                    if (Uri.IsWellFormedUriString(link.Url, UriKind.Absolute) && link.Url != label)
                    {
                        text.Append(" (").Append(link.Url).Append(')');
                    }

                    break;
                case ContainerInline container:
                    text.Append(Render(container));
                    break;
            }
        }

        return text.ToString();
    }

    private static string RenderBlock(Block block, int? width) => block switch
    {
        HeadingBlock heading => Render(heading.Inline),
        ParagraphBlock paragraph => Wrap(Render(paragraph.Inline), width),
        CodeBlock code => Code(code),
        ListBlock list => List(list, width),
        Table table => PlainTable.Render(table, width ?? TableWidth),
        QuoteBlock quote => Indent(string.Join("\n\n", Render(quote, width - 2)), "  ", "  "),
        LinkReferenceDefinitionGroup or ThematicBreakBlock => string.Empty,
        HtmlBlock html => html.Lines.ToString().StartsWith("<!--", StringComparison.Ordinal) ? string.Empty : html.Lines.ToString(),
        ContainerBlock container => string.Join("\n\n", Render(container, width)),
        _ => string.Empty,
    };

    /// <summary>The text of a code block, without its fences and without a line end.</summary>
    /// <param name="code">The block.</param>
    /// <returns>The code.</returns>
    public static string Code(CodeBlock code) => code.Lines.ToString().TrimEnd().ReplaceLineEndings("\n");

    private static string List(ListBlock list, int? width)
    {
        var number = int.TryParse(list.OrderedStart, out var start) ? start : 1;
        var items = list.OfType<ListItemBlock>().Select(item =>
        {
            var mark = list.IsOrdered ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{number++}. ") : "- ";
            return Indent(string.Join(list.IsLoose ? "\n\n" : "\n", Render(item, width - mark.Length)), mark, new string(' ', mark.Length));
        });
        return string.Join("\n", items);
    }

    /// <summary>Puts something before each line.</summary>
    /// <param name="text">The lines.</param>
    /// <param name="first">Before the first one.</param>
    /// <param name="rest">Before the others; empty lines stay empty.</param>
    /// <returns>The indented lines.</returns>
    public static string Indent(string text, string first, string rest) =>
        string.Join("\n", text.Split('\n').Select((line, index) => index == 0 ? first + line : line.Length == 0 ? line : rest + line));

    /// <summary>Breaks lines at blanks. A word longer than the width keeps its line to itself.</summary>
    /// <param name="text">The text.</param>
    /// <param name="width">The columns, or null to leave it as it is.</param>
    /// <returns>The wrapped text.</returns>
    public static string Wrap(string text, int? width)
    {
        if (width is null)
        {
            return text;
        }

        var wrapped = new List<string>();
        foreach (var line in text.Split('\n'))
        {
            var current = new StringBuilder();
            foreach (var word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                if (current.Length > 0 && current.Length + 1 + word.Length > width)
                {
                    wrapped.Add(current.ToString());
                    current.Clear();
                }

                current.Append(current.Length > 0 ? " " : string.Empty).Append(word);
            }

            wrapped.Add(current.ToString());
        }

        return string.Join("\n", wrapped);
    }
}
