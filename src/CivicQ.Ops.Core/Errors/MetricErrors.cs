namespace CivicQ.Ops.Core.Errors;

/// <summary>Errors of metrics.</summary>
public static class MetricErrors
{
    /// <summary>The text is neither Prometheus' nor OpenMetrics'.</summary>
    public static readonly ErrorDefinition Invalid = new(
        "MetricsInvalid", ErrorKind.InvalidData, "Check that the address or file holds the text that Prometheus scrapes (api.metricsPath).");

    /// <summary>No series has this name and these labels.</summary>
    public static readonly ErrorDefinition NotFound = new(
        "MetricNotFound", ErrorKind.ObjectNotFound, "Get-CivicQMetric without -Name lists what there is; counters appear with their first event.");

    /// <summary>The saved scrape cannot be read.</summary>
    public static readonly ErrorDefinition FileUnreadable = new(
        "MetricFileUnreadable", ErrorKind.ReadError, "Check the path and its permissions.");
}
