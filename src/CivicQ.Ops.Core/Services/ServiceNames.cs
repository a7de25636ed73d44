namespace CivicQ.Ops.Core.Services;

/// <summary>One vocabulary for services: the runbook's <c>backend</c> is <c>civicq-api</c> on Kubernetes. Either name is understood everywhere.</summary>
public sealed class ServiceNames
{
    private const string Prefix = "civicq-";

    // The one service whose two names have nothing in common.
    private const string Backend = "backend";
    private const string Api = "civicq-api";

    private readonly Dictionary<string, string> byPlatformName;

    /// <summary>Creates the vocabulary.</summary>
    /// <param name="names">The platform's names by the common ones (<c>backend</c>: <c>civicq-api</c>), as an environment has them.</param>
    public ServiceNames(IReadOnlyDictionary<string, string> names) =>
        byPlatformName = names.GroupBy(pair => pair.Value, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First().Key, StringComparer.Ordinal);

    /// <summary>The name that a service has in every environment: the environment's own word, else without <c>civicq-</c>.</summary>
    /// <param name="platformName">The platform's name.</param>
    /// <returns>The common name.</returns>
    public string Common(string platformName) =>
        byPlatformName.TryGetValue(platformName, out var name) ? name
        : string.Equals(platformName, Api, StringComparison.Ordinal) ? Backend
        : platformName.StartsWith(Prefix, StringComparison.Ordinal) && platformName.Length > Prefix.Length ? platformName[Prefix.Length..]
        : platformName;
}
