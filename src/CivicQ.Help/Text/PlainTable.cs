using System.Text;
using Markdig.Extensions.Tables;
using Markdig.Syntax;

namespace CivicQ.Help.Text;

/// <summary>A Markdown table as aligned columns. Where it is too wide, the widest columns give way and their cells are wrapped.</summary>
internal static class PlainTable
{
    private const int Gap = 2;
    private const int Narrowest = 8;

    /// <summary>Renders a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="width">The columns that there are.</param>
    /// <returns>The lines, parted by <c>\n</c>.</returns>
    public static string Render(Table table, int width)
    {
        var rows = table.OfType<TableRow>()
            .Select(row => row.OfType<TableCell>().Select(cell => string.Join(" ", cell.OfType<LeafBlock>().Select(leaf => PlainText.Render(leaf.Inline)))).ToList())
            .ToList();
        var columns = rows.Max(row => row.Count);
        var widths = Enumerable.Range(0, columns).Select(column => rows.Max(row => row.ElementAtOrDefault(column)?.Length ?? 0)).ToArray();
        while (widths.Sum() + (Gap * (columns - 1)) > width && widths.Max() > Narrowest)
        {
            widths[Array.IndexOf(widths, widths.Max())]--;
        }

        var text = new StringBuilder();
        foreach (var (row, index) in rows.Select((row, index) => (row, index)))
        {
            AppendRow(text, row, widths);
            if (index == 0)
            {
                AppendRow(text, [.. widths.Select(column => new string('-', column))], widths);
            }
        }

        return text.ToString().TrimEnd('\n');
    }

    private static void AppendRow(StringBuilder text, List<string> cells, int[] widths)
    {
        var wrapped = widths.Select((width, column) => PlainText.Wrap(cells.ElementAtOrDefault(column) ?? string.Empty, width).Split('\n')).ToList();
        for (var line = 0; line < wrapped.Max(cell => cell.Length); line++)
        {
            var parts = wrapped.Select((cell, column) => (cell.ElementAtOrDefault(line) ?? string.Empty).PadRight(widths[column] + Gap));
            text.Append(string.Concat(parts).TrimEnd()).Append('\n');
        }
    }
}
