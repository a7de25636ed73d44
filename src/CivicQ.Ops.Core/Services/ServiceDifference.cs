namespace CivicQ.Ops.Core.Services;

/// <summary>One thing that a change makes different. Values of environment variables are never shown, only their names.</summary>
/// <param name="Path">What it is: <c>api.image</c>, <c>api.env.FEATURE_X</c>, <c>api.resources.limits.memory</c>, <c>replicas</c>.</param>
/// <param name="Before">What it was; <see langword="null"/> where it was not there.</param>
/// <param name="After">What it becomes; <see langword="null"/> where it goes away.</param>
public sealed record ServiceDifference(string Path, string? Before, string? After)
{
    /// <summary>The difference in a few words: <c>api.image: lab:1 -> lab:2</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Path}: {Before ?? "(none)"} -> {After ?? "(none)"}";
}
