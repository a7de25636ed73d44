using System.Collections;
using System.Management.Automation;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Metrics;
using CivicQ.Ops.Core.Web;

namespace CivicQ.Ops.Commands.Metrics;

/// <summary>Reads metrics in the text of Prometheus or OpenMetrics: series, rates between two scrapes, quantiles of histograms.</summary>
[Cmdlet(VerbsCommon.Get, "CivicQMetric", DefaultParameterSetName = ByEnvironment)]
[OutputType(typeof(MetricSample))]
public sealed class GetCivicQMetricCommand : EnvironmentCmdlet
{
    private const string ByEnvironment = "Environment";
    private const string ByUri = "Uri";
    private const string ByPath = "Path";

    /// <summary>Names of series or of their families; wildcards are allowed. All without it.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    /// <summary>Values that labels must have, for example <c>@{ status = '5*'; method = 'GET', 'POST' }</c>; wildcards are allowed.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable? Label { get; set; }

    /// <summary>Another address than the API's; the environment's authorities and time-out still count.</summary>
    [Parameter(ParameterSetName = ByUri, Mandatory = true)]
    [ValidateNotNull]
    public Uri? Uri { get; set; }

    /// <summary>A saved scrape.</summary>
    [Parameter(ParameterSetName = ByPath, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Scrapes twice and gives growth a second; quantiles are then those of the time between.</summary>
    [Parameter(ParameterSetName = ByEnvironment)]
    [Parameter(ParameterSetName = ByUri)]
    public SwitchParameter Rate { get; set; }

    /// <summary>The time between the two scrapes.</summary>
    [Parameter(ParameterSetName = ByEnvironment)]
    [Parameter(ParameterSetName = ByUri)]
    [ValidateRange(0.05, 3600)]
    public double IntervalSeconds { get; set; } = 5;

    /// <summary>Quantiles of histograms, 0 to 1, in place of the series.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double[]? Quantile { get; set; }

    /// <summary>Sums series by these labels; an empty list sums all of a name.</summary>
    [Parameter]
    [AllowEmptyCollection]
    public string[]? GroupBy { get; set; }

    /// <summary>The time for one scrape; the environment's without it.</summary>
    [Parameter(ParameterSetName = ByEnvironment)]
    [Parameter(ParameterSetName = ByUri)]
    [ValidateRange(0.01, 600)]
    public double? TimeoutSeconds { get; set; }

    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var request = new MetricRequest { Names = Name ?? [], Labels = Labels(), Quantiles = Quantile ?? [], GroupBy = GroupBy };
        TimeSpan? timeout = TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        var samples = Path is { } path
            ? MetricScraper.ReadFileAsync(
                context, await OnPipelineThreadAsync(() => GetUnresolvedProviderPathFromPSPath(path)).ConfigureAwait(false), request, cancellationToken)
            : MetricScraper.QueryAsync(
                context, Uri ?? MetricScraper.AddressOf(context), request, Rate ? TimeSpan.FromSeconds(IntervalSeconds) : null, timeout, cancellationToken);
        var any = false;
        await foreach (var sample in samples.ConfigureAwait(false))
        {
            any = true;
            await WriteAsync(sample, cancellationToken).ConfigureAwait(false);
        }

        // As PowerShell's own Get cmdlets: a name without wildcards that is not there is an error, a pattern without matches is not.
        if (!any && Name is { } names && !names.Any(WildcardPattern.ContainsWildcardCharacters))
        {
            ReportError(new OperationException(
                MetricErrors.NotFound, $"There is no series '{string.Join("', '", names)}'{(Label is null ? "" : " with these labels")}{(Quantile is null ? "" : " that is a histogram")}.", names[0]));
        }
    }

    private Dictionary<string, IReadOnlyList<string>> Labels()
    {
        var result = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in Label ?? [])
        {
            var values = entry.Value is object[] several ? several : [entry.Value!];
            result[LanguagePrimitives.ConvertTo<string>(entry.Key)] = [.. values.Select(LanguagePrimitives.ConvertTo<string>)];
        }

        return result;
    }
}
