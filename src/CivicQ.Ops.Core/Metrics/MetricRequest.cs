using System.IO.Enumeration;

namespace CivicQ.Ops.Core.Metrics;

/// <summary>Which series are wanted, and what of them.</summary>
public sealed record MetricRequest
{
    /// <summary>Names of series or families, regardless of case; <c>*</c> and <c>?</c> are wildcards. Empty: all.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Values that labels must have: one of them each; <c>*</c> and <c>?</c> are wildcards.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Labels { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Quantiles wanted from histograms, 0 to 1; empty: the series themselves.</summary>
    public IReadOnlyList<double> Quantiles { get; init; } = [];

    /// <summary>The labels by which series are summed; <see langword="null"/>: not at all; empty: all to one.</summary>
    public IReadOnlyList<string>? GroupBy { get; init; }

    internal bool WantsName(string name, string family) => Names.Count == 0
        || Names.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name) || FileSystemName.MatchesSimpleExpression(pattern, family));

    internal bool WantsLabels(MetricLabels labels) => Labels.All(
        wanted => labels[wanted.Key] is { } value && wanted.Value.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, value)));
}
