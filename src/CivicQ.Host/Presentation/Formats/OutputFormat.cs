namespace CivicQ.Host.Presentation.Formats;

/// <summary>The formats of <c>--output</c>.</summary>
public enum OutputFormat
{
    /// <summary>What the module's views say: a table or a list.</summary>
    Auto,

    /// <summary>A table.</summary>
    Table,

    /// <summary>A list.</summary>
    List,

    /// <summary>One JSON array.</summary>
    Json,

    /// <summary>One JSON object a line, each written as it comes.</summary>
    JsonLines,

    /// <summary>RFC 4180, with a header.</summary>
    Csv,
}
