namespace CivicQ.Benchmarks;

/// <summary>One row of the table in the README.</summary>
/// <param name="What">What is compared.</param>
/// <param name="Ours">The module's figure.</param>
/// <param name="Other">The figure of what it is compared with.</param>
/// <param name="Result">The ratio or difference.</param>
/// <param name="Aim">What was aimed at, and whether it was met.</param>
internal sealed record Report(string What, string Ours, string Other, string Result, string Aim);
