namespace CivicQ.Host.Presentation.Views;

/// <summary>What a view's objects are grouped by.</summary>
/// <param name="Label">The name that stands before the value.</param>
/// <param name="Expression">The value.</param>
public sealed record ViewGroup(string Label, ViewExpression Expression);
