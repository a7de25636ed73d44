using CivicQ.Host.Presentation.Screens;

namespace CivicQ.Host.Presentation.Formats;

/// <summary>One JSON array, whether there is one object, several or none: whoever reads it needs no special case.</summary>
/// <param name="screen">Where it writes.</param>
public sealed class JsonArrayWriter(Screen screen) : IObjectWriter
{
    private bool any;

    /// <inheritdoc/>
    public void Write(object? value)
    {
        screen.Write(any ? ",\n  " : "[\n  ");
        screen.Write(JsonText.Of(value is FormattedObject wish ? wish.Value : value, indented: true).Replace("\n", "\n  ", StringComparison.Ordinal));
        any = true;
    }

    /// <inheritdoc/>
    public void Complete()
    {
        screen.Write(any ? "\n]\n" : "[]\n");
        screen.Flush();
    }
}
