using CivicQ.Host.Presentation.Screens;
using CivicQ.Host.Presentation.Values;
using CivicQ.Host.Presentation.Views;

namespace CivicQ.Host.Presentation.Layout;

/// <summary>A table on a screen, with PowerShell's rules for widths: what does not fit is taken from the right.</summary>
public sealed class TableLayout
{
    private const int Hidden = -1;
    private readonly ObjectView view;
    private readonly Screen screen;
    private readonly int[] widths;

    /// <summary>Lays a table out.</summary>
    /// <param name="view">The columns.</param>
    /// <param name="screen">Where it goes.</param>
    /// <param name="sample">The first rows, by which columns without a width are sized; none to share out the room.</param>
    public TableLayout(ObjectView view, Screen screen, IReadOnlyList<object> sample)
    {
        this.view = view;
        this.screen = screen;
        widths = [.. view.Columns.Select(column => column.Width)];
        if (sample.Count > 0)
        {
            for (var index = 0; index < widths.Length; index++)
            {
                var column = view.Columns[index];
                widths[index] = widths[index] > 0
                    ? widths[index]
                    : Math.Max(1, sample.Select(value => FirstLineWidth(CellText(column, value))).Append(Cells.Width(column.Label)).Max());
            }
        }

        ShareOut();
        Trim();
    }

    /// <summary>Writes the headings.</summary>
    public void WriteHeader()
    {
        if (view.HideHeaders)
        {
            return;
        }

        var labels = Visible().Select(index => Cells.Wrap(view.Columns[index].Label, widths[index])).ToList();
        WriteLines(labels, Ansi.Heading);
        WriteLines([.. Visible().Select(Underline)], Ansi.Heading);
    }

    /// <summary>Writes a row.</summary>
    /// <param name="value">The object.</param>
    public void WriteRow(object value)
    {
        var cells = Visible().Select(index =>
        {
            var text = CellText(view.Columns[index], value);
            return view.Wrap ? Cells.Wrap(text, widths[index]) : (IReadOnlyList<string>)[OneLine(text)];
        }).ToList();
        WriteLines(cells, string.Empty);
    }

    private static string CellText(ViewColumn column, object value) => column.Expression.Evaluate(value) switch
    {
        string text when column.Expression.IsCall => text,
        var other => DisplayValue.Text(other, column.Format, inTable: true),
    };

    private static string OneLine(string text)
    {
        var end = text.IndexOfAny(['\r', '\n']);
        return end < 0 ? text : text[..end] + "…";
    }

    private static int FirstLineWidth(string text) => Cells.Width(OneLine(text));

    private string[] Underline(int index) => [new string('-', Math.Min(widths[index], Cells.Width(view.Columns[index].Label)))];

    private IEnumerable<int> Visible() => Enumerable.Range(0, widths.Length).Where(index => widths[index] != Hidden);

    private void WriteLines(List<IReadOnlyList<string>> cells, string colour)
    {
        var columns = Visible().ToList();
        var height = cells.Count == 0 ? 0 : cells.Max(cell => cell.Count);
        for (var line = 0; line < height; line++)
        {
            var parts = columns.Select((column, index) =>
            {
                var text = line < cells[index].Count ? cells[index][line] : string.Empty;
                var right = view.Columns[column].Alignment == ViewAlignment.Right;
                var fitted = view.Columns[column].Alignment == ViewAlignment.Center
                    ? Cells.Fit(new string(' ', Math.Max(0, (widths[column] - Cells.Width(text)) / 2)) + text, widths[column], pad: index < columns.Count - 1)
                    : Cells.Fit(text, widths[column], right, pad: index < columns.Count - 1);
                return screen.Paint(colour, fitted);
            });
            // Lines end with their last word: blanks at the end break copying and narrow terminals.
            screen.WriteLine(string.Join(' ', parts).TrimEnd(' '));
        }
    }

    private int Total() => Visible().Sum(index => widths[index]) + Math.Max(0, Visible().Count() - 1);

    private void ShareOut()
    {
        var open = Enumerable.Range(0, widths.Length).Where(index => widths[index] <= 0).ToList();
        foreach (var index in open)
        {
            widths[index] = 1;
        }

        for (var next = 0; open.Count > 0 && Total() < screen.Width; next++)
        {
            widths[open[next % open.Count]]++;
        }
    }

    private void Trim()
    {
        for (var last = widths.Length - 1; last >= 0 && Total() > screen.Width; last--)
        {
            var left = widths[last] - (Total() - screen.Width);
            widths[last] = left < 1 ? Hidden : left;
        }
    }
}
