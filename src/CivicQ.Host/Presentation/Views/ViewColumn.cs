namespace CivicQ.Host.Presentation.Views;

/// <summary>A column of a table, or a line of a list.</summary>
/// <param name="Label">The heading.</param>
/// <param name="Expression">What it shows.</param>
/// <param name="Width">Columns; 0 where the layout decides.</param>
/// <param name="Alignment">The alignment.</param>
/// <param name="Format">The format of the value; empty for none.</param>
public sealed record ViewColumn(string Label, ViewExpression Expression, int Width = 0, ViewAlignment Alignment = ViewAlignment.Undefined, string Format = "");
