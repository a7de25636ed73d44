namespace CivicQ.Ops.Core.Database.Queries;

/// <summary>A row of a statement's result.</summary>
/// <param name="Columns">The columns' names: none empty, each once regardless of case. One list for all rows of a result.</param>
/// <param name="Values">
/// The values: <c>bool</c>, <c>short</c>, <c>int</c>, <c>long</c>, <c>float</c>, <c>double</c>, <c>decimal</c>, <see cref="DateTimeOffset"/> (UTC) for
/// timestamptz, <see cref="DateTime"/>, <see cref="DateOnly"/>, <see cref="TimeSpan"/>, <see cref="Guid"/>, <c>byte[]</c>, <c>object[]</c> for arrays;
/// the server's text for everything else, json included, and for what .NET's type cannot hold.
/// </param>
public sealed record QueryRow(IReadOnlyList<string> Columns, IReadOnlyList<object?> Values);
