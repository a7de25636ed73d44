namespace CivicQ.Ops.Core.Errors;

/// <summary>One entry of the error catalogue: what stays the same each time this error happens.</summary>
/// <param name="Id">The stable identifier, PascalCase; it keeps its meaning for the product's life.</param>
/// <param name="Kind">The category.</param>
/// <param name="RecommendedAction">The operator's next step, from the runbook where it has one.</param>
public sealed record ErrorDefinition(string Id, ErrorKind Kind, string RecommendedAction);
