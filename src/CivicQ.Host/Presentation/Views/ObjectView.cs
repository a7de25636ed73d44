namespace CivicQ.Host.Presentation.Views;

/// <summary>How objects of some types are shown.</summary>
/// <param name="Name">The view's name.</param>
/// <param name="TypeNames">The types.</param>
/// <param name="IsTable">A table, else a list.</param>
/// <param name="Columns">The columns, or the list's lines.</param>
/// <param name="Wrap">Whether long values go on in the next line.</param>
/// <param name="AutoSize">Whether the values decide the widths.</param>
/// <param name="HideHeaders">Whether the table has no headings.</param>
/// <param name="Group">What it is grouped by, if anything.</param>
public sealed record ObjectView(
    string Name,
    IReadOnlyList<string> TypeNames,
    bool IsTable,
    IReadOnlyList<ViewColumn> Columns,
    bool Wrap = false,
    bool AutoSize = false,
    bool HideHeaders = false,
    ViewGroup? Group = null);
