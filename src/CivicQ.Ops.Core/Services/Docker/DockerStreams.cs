using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Services.Docker;

/// <summary>The engine's answers that go on: events and logs.</summary>
internal sealed class DockerStreams(DockerConnection connection)
{
    /// <summary>Reads events.</summary>
    public async IAsyncEnumerable<DockerEvent> EventsAsync(DockerEventQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var parameters = new List<string>();
        if (query.Since is { } since)
        {
            parameters.Add($"since={DockerTime.Query(since)}");
        }

        if (query.Until is { } until)
        {
            parameters.Add($"until={DockerTime.Query(until)}");
        }

        if (query.Filters is { Count: > 0 } filters)
        {
            parameters.Add($"filters={Uri.EscapeDataString(JsonSerializer.Serialize(filters))}");
        }

        using var response = await connection.OpenAsync($"/events?{string.Join('&', parameters)}", DockerSubject.Engine, patient: false, large: false, cancellationToken).ConfigureAwait(false);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), Encoding.UTF8);
        while (true)
        {
            string? line;
            try
            {
                line = await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (error is IOException or HttpRequestException)
            {
                throw connection.Lost(error, DockerSubject.Engine);
            }

            if (line is null)
            {
                yield break;
            }

            if (line.Length > 0)
            {
                using var document = JsonDocument.Parse(line);
                yield return DockerParser.Event(document.RootElement);
            }
        }
    }

    /// <summary>Reads a log.</summary>
    public async IAsyncEnumerable<LogLine> LogAsync(string container, bool terminal, LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var path = new StringBuilder($"/containers/{Uri.EscapeDataString(container)}/logs?stdout=1&stderr=1&timestamps=1");
        _ = query.Since is { } since ? path.Append("&since=").Append(DockerTime.Query(since)) : path;
        _ = query.Until is { } until ? path.Append("&until=").Append(DockerTime.Query(until)) : path;
        _ = query.Tail is { } tail ? path.Append(CultureInfo.InvariantCulture, $"&tail={tail}") : path;
        _ = query.Follow ? path.Append("&follow=1") : path;
        var subject = DockerSubject.Container(container);
        // With nothing to say yet, the engine answers a follower with nothing, not even a status.
        using var response = await connection.OpenAsync(path.ToString(), subject, patient: query.Follow, large: !query.Follow, cancellationToken).ConfigureAwait(false);
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using var closing = stream.ConfigureAwait(false);
        var lines = (terminal ? DockerLogReader.TerminalAsync(stream, cancellationToken) : DockerLogReader.FramesAsync(stream, cancellationToken)).GetAsyncEnumerator(cancellationToken);
        await using var ending = lines.ConfigureAwait(false);
        while (true)
        {
            try
            {
                if (!await lines.MoveNextAsync().ConfigureAwait(false))
                {
                    yield break;
                }
            }
            catch (Exception error) when (error is IOException or HttpRequestException)
            {
                throw connection.Lost(error, new DockerSubject($"the log of {subject.Name}", DockerErrors.ContainerNotFound));
            }

            // The engine's own until is inclusive.
            if (query.Until is { } end && lines.Current.Time >= end)
            {
                continue;
            }

            yield return lines.Current;
        }
    }
}
