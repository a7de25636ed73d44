using System.Runtime.CompilerServices;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services.Kubernetes.Client;
using CivicQ.Ops.Core.Services.Kubernetes.Objects;

namespace CivicQ.Ops.Core.Services.Kubernetes;

/// <summary>Reads the log of one container of a pod. A connection that breaks is made again, and no line is lost or told twice.</summary>
/// <param name="client">The cluster.</param>
/// <param name="instance">The instance.</param>
/// <param name="query">Which lines.</param>
internal sealed class InstanceLog(IKubernetesClient client, ServiceInstance instance, LogQuery query)
{
    private const int MaximumTries = 10;
    private readonly string? container = query.Container ?? (instance.Containers.Count > 0 ? instance.Containers[0] : null);
    private DateTimeOffset last;
    private int sameTime;
    private int skip;
    private int tries;
    private bool broken;

    /// <summary>Reads.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The lines in their order.</returns>
    public async IAsyncEnumerable<LogLine> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var isResumed = false;
        while (true)
        {
            var stream = await OpenAsync(isResumed, cancellationToken).ConfigureAwait(false);
            if (stream is null)
            {
                yield break;
            }

            await using var closing = stream.ConfigureAwait(false);
            var lines = PodLogReader.ReadAsync(stream, cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using var ending = lines.ConfigureAwait(false);
            skip = isResumed ? sameTime : 0;
            while (true)
            {
                if (await NextAsync(lines).ConfigureAwait(false) is not { } line)
                {
                    break;
                }

                if (line.Time == default)
                {
                    // Every line of a log has a time: these are the kubelet's own words, for example that the log is gone with its container.
                    throw new OperationException(KubernetesErrors.ObjectNotFound, $"{instance.Instance}: {line.Text.TrimEnd('.')}.", instance.Instance);
                }

                if (line.Time >= query.Until)
                {
                    yield break;
                }

                if (IsNew(line, isResumed))
                {
                    yield return line;
                }
            }

            if (!broken && !(query.Follow && await StillRunsAsync(cancellationToken).ConfigureAwait(false)))
            {
                yield break;
            }

            isResumed = true;
        }
    }

    private async ValueTask<LogLine?> NextAsync(IAsyncEnumerator<LogLine> lines)
    {
        broken = false;
        try
        {
            return await lines.MoveNextAsync().ConfigureAwait(false) ? lines.Current : null;
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            broken = true;
            return null;
        }
    }

    // The server looks at whole seconds: on resuming it sends lines again. Those of the last line's very moment are counted.
    private bool IsNew(LogLine line, bool isResumed)
    {
        if (line.Time < query.Since || (isResumed && line.Time < last))
        {
            return false;
        }

        if (isResumed && line.Time == last && skip > 0)
        {
            skip--;
            return false;
        }

        (sameTime, last, tries) = line.Time == last ? (sameTime + 1, last, 0) : (1, line.Time, 0);
        return true;
    }

    private async Task<Stream?> OpenAsync(bool isResumed, CancellationToken cancellationToken)
    {
        while (true)
        {
            var isBehindStart = isResumed && last != default;
            try
            {
                var asked = new PodLogQuery
                {
                    Container = container, Follow = query.Follow, Previous = query.Previous,
                    Tail = isBehindStart ? null : query.Tail, Since = isBehindStart ? last : query.Since,
                };
                return await client.OpenLogAsync(instance.Instance, asked, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationException error) when (error.Definition == KubernetesErrors.ObjectNotFound)
            {
                return isResumed ? null : throw new OperationException(
                    ServiceErrors.InstanceNotFound, $"There is no instance '{instance.Instance}' any more.", instance.Instance, error);
            }
            catch (OperationException error) when (error.Definition == KubernetesErrors.RequestInvalid && (container is null || instance.Containers.Contains(container, StringComparer.Ordinal)))
            {
                // There is such a container: it waits to start, or its log went with it.
                throw new OperationException(ServiceErrors.InstanceNotRunning, error.Message, instance.Instance, error);
            }
            catch (OperationException error) when (isResumed && ++tries < MaximumTries && error.Definition == KubernetesErrors.ClusterUnreachable)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // A followed log ends with its container, and when a proxy or the server itself is restarted: only the first is an end.
    private async Task<bool> StillRunsAsync(CancellationToken cancellationToken)
    {
        if (++tries >= MaximumTries)
        {
            return false;
        }

        try
        {
            var pod = new Pod(await client.ReadAsync(KubernetesResource.Pods, instance.Instance, cancellationToken).ConfigureAwait(false));
            var state = pod.Containers.FirstOrDefault(item => item.Name == container);
            var runs = pod.Uid == instance.Id && state?.RunningSince is { } since && (last == default || since <= last);
            if (runs)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), cancellationToken).ConfigureAwait(false);
            }

            return runs;
        }
        catch (OperationException error) when (error.Definition == KubernetesErrors.ObjectNotFound)
        {
            return false;
        }
    }
}
