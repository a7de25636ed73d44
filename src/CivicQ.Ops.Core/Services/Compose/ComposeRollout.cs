using System.Runtime.CompilerServices;
using System.Threading.Channels;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services.Docker;

namespace CivicQ.Ops.Core.Services.Compose;

/// <summary>Waits for containers by the engine's events.</summary>
internal sealed class ComposeRollout(IDockerClient client, string project)
{
    // So often a container may end and be started again before it is said to crash.
    private const int Patience = 3;

    // Events tell when to look; this is for one that was lost with its connection.
    private static readonly TimeSpan LookAnyway = TimeSpan.FromSeconds(2);

    // What cannot start mostly ends within this time: without a health check there is nothing else to go by.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    /// <summary>Whether a container that runs may be taken for ready: by its health check, else because it has run for some seconds.</summary>
    public static bool HasSettled(ComposeContainer container) =>
        container.IsTask || container.Detail.Health is not null || container.Detail.StartedAt is not { } started || DateTimeOffset.UtcNow - started >= Settling;

    /// <summary>Asks the engine; one that is too busy to answer in time is asked again later, by whoever waits anyway.</summary>
    /// <returns>The answer; <see langword="null"/> where there was none in time.</returns>
    public static async Task<ComposeState?> PatientlyAsync(Func<Task<ComposeState>> ask)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (OperationException error) when (error.Definition == DockerErrors.TimedOut)
        {
            return null;
        }
    }

    /// <summary>Gives a sign at once, and then whenever something happened to the project's containers.</summary>
    public async IAsyncEnumerable<bool> ChangesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var signs = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        signs.Writer.TryWrite(true);
        var listening = ListenAsync(signs.Writer, ended.Token);
        try
        {
            while (true)
            {
                using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                pause.CancelAfter(LookAnyway);
                try
                {
                    await signs.Reader.ReadAsync(pause.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    // Nothing was heard.
                }

                yield return true;
            }
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Waits until one container is ready.</summary>
    /// <exception cref="OperationException"><c>RolloutFailed</c>.</exception>
    public async Task UntilReadyAsync(ComposeContainer waited, CancellationToken cancellationToken)
    {
        await foreach (var _ in ChangesAsync(cancellationToken).ConfigureAwait(false))
        {
            var container = new ComposeContainer(await client.InspectContainerAsync(waited.Detail.Id, cancellationToken).ConfigureAwait(false), waited.IsTask);
            if (container.IsReady && HasSettled(container))
            {
                return;
            }

            Check(container);
        }
    }

    /// <summary>Sets what a container may use. One that waits to be started again, perhaps for want of just that, is started at once.</summary>
    public async Task LimitAsync(DockerContainerDetail container, DockerLimits limits, CancellationToken cancellationToken)
    {
        await client.UpdateAsync(container.Id, limits, cancellationToken).ConfigureAwait(false);
        if (container.State == "restarting" || (container.IsOomKilled && !HasSettled(new ComposeContainer(container))))
        {
            await client.RestartAsync(container.Id, null, CancellationToken.None).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Fails where a container cannot become ready by waiting.</summary>
    /// <exception cref="OperationException"><c>RolloutFailed</c>.</exception>
    public static void Check(ComposeContainer container)
    {
        var detail = container.Detail;
        if (!container.IsReady && (detail.State is "exited" or "dead" || (detail.State is "restarting" && detail.RestartCount >= Patience) || detail is { State: "running", Health.Status: "unhealthy" } || detail.Error.Length > 0))
        {
            throw new OperationException(ServiceErrors.RolloutFailed, $"{detail.Name} does not become ready: {container.Reason}", detail.Name);
        }
    }

    private async Task ListenAsync(ChannelWriter<bool> signs, CancellationToken cancellationToken)
    {
        var filters = new Dictionary<string, IReadOnlyList<string>> { ["type"] = ["container"], ["label"] = [$"{ComposeLabels.Project}={project}"] };
        while (true)
        {
            try
            {
                await foreach (var _ in client.ReadEventsAsync(new DockerEventQuery { Filters = filters }, cancellationToken).ConfigureAwait(false))
                {
                    signs.TryWrite(true);
                }
            }
            catch (OperationException)
            {
                // Whoever looks meets the same error, and says it.
            }

            await Task.Delay(LookAnyway, cancellationToken).ConfigureAwait(false);
        }
    }
}
