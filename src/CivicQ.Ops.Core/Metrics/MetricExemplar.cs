namespace CivicQ.Ops.Core.Metrics;

/// <summary>One observation that stands for those counted, mostly with its trace.</summary>
/// <param name="Labels">Its labels, for example <c>trace_id</c>.</param>
/// <param name="Value">The observation.</param>
/// <param name="Time">When it was made, if said.</param>
public sealed record MetricExemplar(IReadOnlyDictionary<string, string> Labels, double Value, DateTimeOffset? Time);
