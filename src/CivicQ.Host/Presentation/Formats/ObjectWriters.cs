using CivicQ.Host.Presentation.Screens;
using CivicQ.Host.Presentation.Views;

namespace CivicQ.Host.Presentation.Formats;

/// <summary>The formats by name.</summary>
public static class ObjectWriters
{
    /// <summary>The names that <c>--output</c> takes.</summary>
    public static IReadOnlyList<string> Names { get; } = ["table", "list", "json", "jsonl", "csv"];

    /// <summary>Reads a format's name.</summary>
    /// <param name="name">The name, in any case.</param>
    /// <param name="format">The format.</param>
    /// <returns>False where there is no such format.</returns>
    public static bool TryParse(string name, out OutputFormat format)
    {
        (var known, format) = name.ToLowerInvariant() switch
        {
            "auto" => (true, OutputFormat.Auto),
            "table" => (true, OutputFormat.Table),
            "list" => (true, OutputFormat.List),
            "json" => (true, OutputFormat.Json),
            "jsonl" => (true, OutputFormat.JsonLines),
            "csv" => (true, OutputFormat.Csv),
            _ => (false, OutputFormat.Auto),
        };
        return known;
    }

    /// <summary>Makes the writer of a format.</summary>
    /// <param name="format">The format.</param>
    /// <param name="screen">Where it writes.</param>
    /// <param name="views">The module's views, for tables and lists.</param>
    /// <returns>The writer.</returns>
    public static IObjectWriter Create(OutputFormat format, Screen screen, ViewCatalogue views) => format switch
    {
        OutputFormat.Table => new ViewWriter(screen, views, table: true),
        OutputFormat.List => new ViewWriter(screen, views, table: false),
        OutputFormat.Json => new JsonArrayWriter(screen),
        OutputFormat.JsonLines => new JsonLinesWriter(screen),
        OutputFormat.Csv => new CsvWriter(screen),
        _ => new ViewWriter(screen, views, table: null),
    };
}
