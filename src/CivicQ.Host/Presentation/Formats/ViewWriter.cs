using System.Diagnostics;
using CivicQ.Host.Presentation.Layout;
using CivicQ.Host.Presentation.Screens;
using CivicQ.Host.Presentation.Values;
using CivicQ.Host.Presentation.Views;

namespace CivicQ.Host.Presentation.Formats;

/// <summary>
/// Tables and lists by the module's views. A table whose columns have no width looks at the objects of the first moments before it
/// decides; all else is written as it comes.
/// </summary>
/// <param name="screen">Where it writes.</param>
/// <param name="views">The views.</param>
/// <param name="table">True for tables, false for lists, null for what the view says.</param>
public sealed class ViewWriter(Screen screen, ViewCatalogue views, bool? table) : IObjectWriter
{
    private const int SampleSize = 1000;
    private static readonly TimeSpan SampleTime = TimeSpan.FromMilliseconds(300);

    private readonly List<object> held = [];
    private ObjectView? view;
    private TableLayout? layout;
    private string? group;
    private long heldSince;
    private bool open;

    /// <inheritdoc/>
    public void Write(object? value)
    {
        if (value is null)
        {
            return;
        }

        if (ObjectProperties.IsScalar(value))
        {
            Release();
            screen.WriteLine(DisplayValue.Text(value));
            return;
        }

        var next = View(ref value);
        if (view is null || next.Name != view.Name || next.IsTable != view.IsTable)
        {
            Close();
            view = next;
        }

        if (!view.IsTable)
        {
            Open();
            WriteGroup(value);
            new ListLayout(view, screen).Write(value);
        }
        else if (layout is null)
        {
            Hold(value);
        }
        else
        {
            WriteRow(value);
        }
    }

    /// <inheritdoc/>
    public void Complete()
    {
        Close();
        screen.Flush();
    }

    // What Format-Table or Format-List asked for counts more than the format of the whole output.
    private ObjectView View(ref object value)
    {
        if (value is not FormattedObject wish)
        {
            return views.For(value, table);
        }

        value = wish.Value;
        return wish.Properties.Count > 0
            ? ViewCatalogue.Of(value, wish.Properties, wish.IsTable, wish.Wrap)
            : views.For(value, wish.IsTable) is var view && wish.Wrap ? view with { Wrap = true } : view;
    }

    private void Hold(object value)
    {
        if (held.Count == 0)
        {
            heldSince = Stopwatch.GetTimestamp();
        }

        held.Add(value);
        var sized = !view!.AutoSize && view.Columns.Any(column => column.Width > 0);
        if (sized || held.Count >= SampleSize || Stopwatch.GetElapsedTime(heldSince) >= SampleTime)
        {
            Release();
        }
    }

    private void Release()
    {
        if (held.Count == 0)
        {
            return;
        }

        var sized = !view!.AutoSize && view.Columns.Any(column => column.Width > 0);
        layout = new TableLayout(view, screen, sized ? [] : held);
        Open();
        if (view.Group is null)
        {
            layout.WriteHeader();
        }

        foreach (var value in held)
        {
            WriteRow(value);
        }

        held.Clear();
    }

    private void WriteRow(object value)
    {
        if (WriteGroup(value))
        {
            layout!.WriteHeader();
        }

        layout!.WriteRow(value);
    }

    // True where a new group begins: it has a heading of its own.
    private bool WriteGroup(object value)
    {
        if (view!.Group is not { } by)
        {
            return false;
        }

        var text = DisplayValue.Text(by.Expression.Evaluate(value));
        if (text == group)
        {
            return false;
        }

        if (group is not null && view.IsTable)
        {
            screen.WriteLine();
        }

        group = text;
        screen.WriteLine($"   {screen.Paint(Ansi.Heading, by.Label + ":")} {text}");
        screen.WriteLine();
        return true;
    }

    private void Open()
    {
        if (!open)
        {
            screen.WriteLine();
            open = true;
        }
    }

    private void Close()
    {
        Release();
        if (open && view is { IsTable: true })
        {
            screen.WriteLine();
        }

        (layout, group, open) = (null, null, false);
    }
}
