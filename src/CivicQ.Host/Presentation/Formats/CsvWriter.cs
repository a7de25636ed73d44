using CivicQ.Host.Presentation.Screens;
using CivicQ.Host.Presentation.Values;

namespace CivicQ.Host.Presentation.Formats;

/// <summary>RFC 4180: a header of the first object's properties, CR LF, quotes where needed. Later objects give the same columns.</summary>
/// <param name="screen">Where it writes.</param>
public sealed class CsvWriter(Screen screen) : IObjectWriter
{
    private const string LineEnd = "\r\n";
    private IReadOnlyList<string>? columns;

    /// <inheritdoc/>
    public void Write(object? value)
    {
        if (value is null)
        {
            return;
        }

        value = value is FormattedObject wish ? wish.Value : value;
        var scalar = ObjectProperties.IsScalar(value);
        if (columns is null)
        {
            columns = scalar ? ["Value"] : [.. ObjectProperties.Of(value).Select(property => property.Name)];
            screen.Write(CsvText.Line(columns) + LineEnd);
        }

        screen.Write(CsvText.Line(columns.Select(name => CsvText.Field(scalar && name == "Value" ? value : ObjectProperties.Get(value, name)))) + LineEnd);
    }

    /// <inheritdoc/>
    public void Complete() => screen.Flush();
}
