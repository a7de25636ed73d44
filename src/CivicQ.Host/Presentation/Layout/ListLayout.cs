using CivicQ.Host.Presentation.Screens;
using CivicQ.Host.Presentation.Values;
using CivicQ.Host.Presentation.Views;

namespace CivicQ.Host.Presentation.Layout;

/// <summary>An object as a list of names and values.</summary>
/// <param name="view">The lines.</param>
/// <param name="screen">Where it goes.</param>
public sealed class ListLayout(ObjectView view, Screen screen)
{
    private const int NarrowestValue = 10;
    private readonly int labelWidth = view.Columns.Count == 0 ? 0 : view.Columns.Max(column => Cells.Width(column.Label));

    /// <summary>Writes an object and an empty line.</summary>
    /// <param name="value">The object.</param>
    public void Write(object value)
    {
        foreach (var column in view.Columns)
        {
            var text = column.Expression.Evaluate(value) switch
            {
                string own when column.Expression.IsCall => own,
                var other => DisplayValue.Text(other, column.Format, inTable: false),
            };
            var lines = Cells.Wrap(text, Math.Max(NarrowestValue, screen.Width - labelWidth - 3));
            var label = screen.Paint(Ansi.Heading, Cells.Fit(column.Label, labelWidth) + " : ");
            screen.WriteLine((label + lines[0]).TrimEnd(' '));
            foreach (var line in lines.Skip(1))
            {
                screen.WriteLine(new string(' ', labelWidth + 3) + line);
            }
        }

        screen.WriteLine();
    }
}
