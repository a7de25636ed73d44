namespace CivicQ.Ops.Core.Procedures;

/// <summary>A step of a part's test; one without work names only what the steps before the next one are about.</summary>
/// <param name="Check">What is tested.</param>
/// <param name="Target">On what.</param>
/// <param name="Run">Does it, and says what was found.</param>
internal sealed record TestStep(string Check, string Target, Func<Task<string>>? Run);
