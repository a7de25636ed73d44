namespace CivicQ.Ops;

/// <summary>What one input of a service cmdlet names.</summary>
/// <param name="Service">The service's name or a pattern; <see langword="null"/> for all.</param>
/// <param name="Instance">The instance's name or a pattern; <see langword="null"/> for all.</param>
public sealed record ServiceTarget(string? Service, string? Instance);
