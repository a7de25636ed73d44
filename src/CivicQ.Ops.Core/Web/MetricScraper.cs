using System.Runtime.CompilerServices;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Metrics;
using CivicQ.Ops.Core.Network;

namespace CivicQ.Ops.Core.Web;

/// <summary>Gets metrics from a process or from a saved scrape.</summary>
public static class MetricScraper
{
    private const long LargestScrape = 256L * 1024 * 1024;
    private const string Accepted = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.9,*/*;q=0.1";

    /// <summary>Where an environment's API shows its metrics.</summary>
    /// <param name="context">The environment.</param>
    /// <returns>The address.</returns>
    /// <exception cref="OperationException"><c>ComponentNotConfigured</c>: it has no API.</exception>
    public static Uri AddressOf(EnvironmentContext context) => context.Environment.Api is { } api
        ? new Uri(api.Url.AbsoluteUri.TrimEnd('/') + "/" + api.MetricsPath.TrimStart('/'))
        : throw new OperationException(EnvironmentErrors.ComponentNotConfigured, $"Environment '{context.Name}' has no API.", context.Name);

    /// <summary>Scrapes a process, twice where an interval is given, and answers from that.</summary>
    /// <param name="context">The environment: its authorities and time-out.</param>
    /// <param name="address">Where the metrics are.</param>
    /// <param name="request">What is wanted.</param>
    /// <param name="interval">The time between the two scrapes; <see langword="null"/> for one.</param>
    /// <param name="timeout">The time for one scrape; the environment's without it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The samples, in the order of the text.</returns>
    /// <exception cref="OperationException">One of <see cref="WebErrors"/>, <see cref="NetworkErrors"/> or <see cref="MetricErrors"/>.</exception>
    public static async IAsyncEnumerable<MetricSample> QueryAsync(
        EnvironmentContext context, Uri address, MetricRequest request, TimeSpan? interval, TimeSpan? timeout,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var session = WebSession.Open(context, timeout);
        var first = await ScrapeAsync(session, address, request.WantsName, cancellationToken).ConfigureAwait(false);
        MetricScrape? second = null;
        if (interval is { } pause)
        {
            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
            second = await ScrapeAsync(session, address, request.WantsName, cancellationToken).ConfigureAwait(false);
        }

        var (now, before) = second is null ? (first, (MetricScrape?)null) : (second, first);
        Warn(context, now, AddressText.Of(address));
        foreach (var sample in MetricQuery.Answer(request, now, before))
        {
            yield return sample with { Environment = context.Name };
        }
    }

    /// <summary>Answers from a saved scrape.</summary>
    /// <param name="context">Where to speak.</param>
    /// <param name="path">The file.</param>
    /// <param name="request">What is wanted.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The samples, in the order of the text.</returns>
    /// <exception cref="OperationException"><c>MetricFileUnreadable</c> or <c>MetricsInvalid</c>.</exception>
    public static async IAsyncEnumerable<MetricSample> ReadFileAsync(
        EnvironmentContext context, string path, MetricRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        MetricScrape scrape;
        try
        {
            var file = File.OpenRead(path);
            await using (file.ConfigureAwait(false))
            {
                scrape = await MetricReader.ReadAsync(file, MetricFormat.Unspecified, request.WantsName, path, cancellationToken).ConfigureAwait(false)
                    with { Time = new DateTimeOffset(File.GetLastWriteTimeUtc(path)) };
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OperationException(MetricErrors.FileUnreadable, $"{path}: {error.Message}", path, error);
        }

        Warn(context, scrape, path);
        foreach (var sample in MetricQuery.Answer(request, scrape))
        {
            yield return sample;
        }
    }

    /// <summary>One scrape.</summary>
    internal static Task<MetricScrape> ScrapeAsync(
        WebSession session, Uri address, Func<string, string, bool>? wanted, CancellationToken cancellationToken) => session.AskAsync(
        new WebQuestion(address) { Accept = Accepted, MaxBytes = LargestScrape },
        async (answer, body, token) =>
        {
            var target = AddressText.Of(address);
            if (answer.Redirected)
            {
                throw new OperationException(WebErrors.Redirected, $"{target}: status {answer.Status}, a redirect that {answer.Leads}.", target);
            }

            if (!answer.Succeeded)
            {
                throw new OperationException(WebErrors.StatusUnexpected, $"{target}: status {answer.Status}.", target);
            }

            if (answer.ContentType is "text/html" or "application/json")
            {
                throw new OperationException(MetricErrors.Invalid, $"{target}: the answer is {answer.ContentType}, not metrics.", target);
            }

            var format = answer.ContentType switch
            {
                "application/openmetrics-text" => MetricFormat.OpenMetrics,
                "text/plain" => MetricFormat.Prometheus,
                _ => MetricFormat.Unspecified,
            };
            return await MetricReader.ReadAsync(body, format, wanted, target, token).ConfigureAwait(false);
        },
        cancellationToken);

    private static void Warn(EnvironmentContext context, MetricScrape scrape, string source)
    {
        if (scrape.Malformed > 0)
        {
            context.Reporter.Warning($"{source}: {scrape.Malformed} lines could not be read and were left out.");
        }
    }
}
