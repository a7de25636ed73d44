using System.Management.Automation;
using CivicQ.Host.Presentation.Values;

namespace CivicQ.Host.Presentation.Views;

/// <summary>The views of a module.</summary>
public sealed class ViewCatalogue
{
    // More properties than this are shown as a list, where no view says otherwise; as in PowerShell.
    private const int WidestTable = 4;

    private readonly Lazy<IReadOnlyList<ObjectView>> views;

    /// <summary>Views that are read when the first object is shown.</summary>
    /// <param name="files">The <c>.format.ps1xml</c> files.</param>
    /// <param name="resolve">Finds the types that script blocks name, in the module's assembly.</param>
    public ViewCatalogue(IReadOnlyList<string> files, Func<string, Type?> resolve) =>
        views = new Lazy<IReadOnlyList<ObjectView>>(() => [.. files.SelectMany(file => ViewReader.Read(file, resolve))]);

    /// <summary>No views.</summary>
    public static ViewCatalogue Empty { get; } = new([], _ => null);

    /// <summary>The view for an object.</summary>
    /// <param name="value">The object.</param>
    /// <param name="table">True for a table, false for a list, null for whatever fits.</param>
    /// <returns>The module's view of that kind, else one made of the object's properties.</returns>
    /// <exception cref="FormatException">A view file is broken.</exception>
    public ObjectView For(object value, bool? table = null)
    {
        var view = TypeNames(value)
            .SelectMany(name => views.Value.Where(view => view.TypeNames.Contains(name, StringComparer.OrdinalIgnoreCase)))
            .FirstOrDefault(view => table is null || view.IsTable == table);
        if (view is not null)
        {
            return view;
        }

        var properties = ObjectProperties.Of(value);
        return Make(value, properties, table ?? properties.Count <= WidestTable, wrap: false);
    }

    /// <summary>A view of some of an object's properties.</summary>
    /// <param name="value">The object.</param>
    /// <param name="names">The properties, wildcards allowed. One that does not exist is shown as empty, as in PowerShell.</param>
    /// <param name="table">A table, else a list.</param>
    /// <param name="wrap">Whether long values go on in the next line.</param>
    /// <returns>The view.</returns>
    public static ObjectView Of(object value, IReadOnlyList<string> names, bool table, bool wrap)
    {
        var all = ObjectProperties.Of(value);
        var chosen = names.SelectMany(name =>
        {
            var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
            var matches = all.Where(property => pattern.IsMatch(property.Name)).ToList();
            return matches.Count > 0 || WildcardPattern.ContainsWildcardCharacters(name) ? matches : [(name, null)];
        });
        return Make(value, chosen.DistinctBy(property => property.Name, StringComparer.OrdinalIgnoreCase), table, wrap);
    }

    private static ObjectView Make(object value, IEnumerable<(string Name, object? Value)> properties, bool asTable, bool wrap)
    {
        var columns = properties.Select(property => new ViewColumn(
            property.Name,
            ViewExpression.Property(property.Name),
            Alignment: asTable ? AlignmentOf(property.Value) : ViewAlignment.Undefined));
        return new ObjectView(string.Join('|', TypeNames(value)), [], asTable, [.. columns], wrap, AutoSize: true);
    }

    // Numbers, truth values and enums go right, as in PowerShell.
    private static ViewAlignment AlignmentOf(object? value) =>
        ObjectProperties.Unwrap(value) is { } inner && (inner is Enum or decimal || inner.GetType().IsPrimitive) ? ViewAlignment.Right : ViewAlignment.Left;

    private static IEnumerable<string> TypeNames(object value)
    {
        if (value is PSObject { TypeNames.Count: > 0 } wrapped)
        {
            foreach (var name in wrapped.TypeNames)
            {
                yield return name;
            }
        }

        for (var type = (ObjectProperties.Unwrap(value) ?? value).GetType(); type is not null && type != typeof(object); type = type.BaseType)
        {
            yield return type.FullName ?? type.Name;
        }
    }
}
