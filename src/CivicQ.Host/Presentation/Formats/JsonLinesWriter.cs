using CivicQ.Host.Presentation.Screens;

namespace CivicQ.Host.Presentation.Formats;

/// <summary>One JSON object a line, sent on at once: for <c>-Follow</c> and log shippers.</summary>
/// <param name="screen">Where it writes.</param>
public sealed class JsonLinesWriter(Screen screen) : IObjectWriter
{
    /// <inheritdoc/>
    public void Write(object? value)
    {
        screen.Write(JsonText.Of(value is FormattedObject wish ? wish.Value : value, indented: false) + "\n");
        screen.Flush();
    }

    /// <inheritdoc/>
    public void Complete() => screen.Flush();
}
