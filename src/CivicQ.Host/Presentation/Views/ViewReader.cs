using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace CivicQ.Host.Presentation.Views;

/// <summary>Reads the views of <c>.format.ps1xml</c> files.</summary>
public static class ViewReader
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="resolve">Finds the type that a script block names.</param>
    /// <returns>The tables and lists in it.</returns>
    /// <exception cref="FormatException">It is not XML, or has a script block of another form; the message names file and view.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<ObjectView> Read(string path, Func<string, Type?> resolve)
    {
        try
        {
            return [.. XDocument.Load(path).Descendants("View").Select(view => ReadView(path, view, resolve)).OfType<ObjectView>()];
        }
        catch (XmlException error)
        {
            throw new FormatException($"{path}({error.LineNumber}): {error.Message}", error);
        }
    }

    private static ObjectView? ReadView(string path, XElement view, Func<string, Type?> resolve)
    {
        var name = Text(view, "Name");
        try
        {
            var types = view.Element("ViewSelectedBy")?.Elements("TypeName").Select(type => type.Value.Trim()).ToList() ?? [];
            var group = view.Element("GroupBy") is { } groupBy
                ? new ViewGroup(Text(groupBy, "Label", Text(groupBy, "PropertyName")), Expression(groupBy, resolve))
                : null;
            return view.Element("TableControl") is { } table ? Table(name, types, table, group, resolve)
                : view.Element("ListControl") is { } list ? List(name, types, list, group, resolve)
                : null;
        }
        catch (FormatException error)
        {
            throw new FormatException($"{path}: view '{name}': {error.Message}", error);
        }
    }

    private static ObjectView? Table(string name, List<string> types, XElement table, ViewGroup? group, Func<string, Type?> resolve)
    {
        // Entries that are selected by a type or condition of their own are PowerShell's alone; the plain one serves all.
        var entries = table.Element("TableRowEntries")?.Elements("TableRowEntry").ToList() ?? [];
        var entry = entries.Find(candidate => candidate.Element("EntrySelectedBy") is null) ?? entries.FirstOrDefault();
        if (entry is null)
        {
            return null;
        }

        var headers = table.Element("TableHeaders")?.Elements("TableColumnHeader").ToList() ?? [];
        var columns = entry.Element("TableColumnItems")?.Elements("TableColumnItem").Select((item, index) =>
        {
            var header = index < headers.Count ? headers[index] : new XElement("TableColumnHeader");
            var alignment = Alignment(header);
            return new ViewColumn(
                Text(header, "Label", Text(item, "PropertyName")),
                Expression(item, resolve),
                int.TryParse(Text(header, "Width"), NumberStyles.None, CultureInfo.InvariantCulture, out var width) ? width : 0,
                alignment == ViewAlignment.Undefined ? Alignment(item) : alignment,
                Text(item, "FormatString"));
        });
        return new ObjectView(
            name, types, true, [.. columns ?? []], Flag(entry, "Wrap"), Flag(table, "AutoSize"), Flag(table, "HideTableHeaders"), group);
    }

    private static ObjectView? List(string name, List<string> types, XElement list, ViewGroup? group, Func<string, Type?> resolve)
    {
        var entries = list.Element("ListEntries")?.Elements("ListEntry").ToList() ?? [];
        var entry = entries.Find(candidate => candidate.Element("EntrySelectedBy") is null) ?? entries.FirstOrDefault();
        var items = entry?.Element("ListItems")?.Elements("ListItem")
            .Select(item => new ViewColumn(Text(item, "Label", Text(item, "PropertyName")), Expression(item, resolve), Format: Text(item, "FormatString")));
        return items is null ? null : new ObjectView(name, types, false, [.. items], Group: group);
    }

    private static ViewExpression Expression(XElement item, Func<string, Type?> resolve) =>
        item.Element("ScriptBlock") is { } script ? ViewExpression.Call(script.Value, resolve) : ViewExpression.Property(Text(item, "PropertyName"));

    private static ViewAlignment Alignment(XElement element) =>
        Enum.TryParse<ViewAlignment>(Text(element, "Alignment"), ignoreCase: true, out var alignment) ? alignment : ViewAlignment.Undefined;

    private static string Text(XElement parent, string name, string fallback = "") => parent.Element(name)?.Value.Trim() is { Length: > 0 } text ? text : fallback;

    // An empty element means true.
    private static bool Flag(XElement parent, string name) =>
        parent.Element(name) is { } element && !element.Value.Trim().Equals("false", StringComparison.OrdinalIgnoreCase);
}
