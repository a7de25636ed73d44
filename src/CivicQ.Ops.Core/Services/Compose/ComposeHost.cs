using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Files;
using CivicQ.Ops.Core.Naming;
using CivicQ.Ops.Core.Services.Docker;

namespace CivicQ.Ops.Core.Services.Compose;

/// <summary>The services of a Compose project. What runs is read from the engine; what changes how many there are goes through Compose itself.</summary>
public sealed class ComposeHost : IServiceHost
{
    // Processor time is counted in hundredths of a second: a shorter interval would show steps.
    private static readonly TimeSpan UsageInterval = TimeSpan.FromMilliseconds(500);
    private readonly ComposeSettings settings;
    private readonly ServiceNames names;
    private readonly IDockerClient client;
    private readonly ComposeReleases releases;
    private readonly ComposeHistory history;
    private readonly ComposeIsolation isolation;
    private readonly ComposeRollout rollout;
    private readonly ConcurrentDictionary<string, int> ordered = new(StringComparer.Ordinal);
    private readonly Action<string> verbose;
    private readonly Action<string> warning;

    /// <summary>Creates the host; it connects when it is first asked.</summary>
    /// <param name="context">An environment with <c>services.compose</c>.</param>
    /// <exception cref="OperationException"><c>ServicesNotConfigured</c>, <c>DockerEndpointInvalid</c>, <c>DockerContextInvalid</c>.</exception>
    public ComposeHost(EnvironmentContext context)
        : this(context, DockerClient.Create(new DockerOptions
        {
            Host = Settings(context).Host,
            Context = Settings(context).Context,
            CertificateFolder = Settings(context).CertificateFolder,
            Timeout = context.Timeout,
        }), UserFolders.StateFolder())
    {
    }

    internal ComposeHost(EnvironmentContext context, IDockerClient client, string records)
    {
        settings = Settings(context);
        this.client = client;
        Environment = context.Name;
        names = new ServiceNames(context.Environment.Services!.Names);
        (verbose, warning) = (context.Reporter.Verbose, context.Reporter.Warning);
        releases = new ComposeReleases(client, settings.Project, records, verbose);
        history = new ComposeHistory(releases, Environment, Address, StateAsync);
        isolation = new ComposeIsolation(client, records);
        rollout = new ComposeRollout(client, settings.Project);
    }

    /// <inheritdoc/>
    public string Environment { get; }

    /// <inheritdoc/>
    public ServicePlatform Platform => ServicePlatform.Compose;

    /// <inheritdoc/>
    public string Address => $"{settings.Project} on {client.Endpoint.Address}";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ServiceInfo>> GetServicesAsync(CancellationToken cancellationToken)
    {
        var state = await StateAsync(cancellationToken).ConfigureAwait(false);
        var known = releases.Read();
        return [.. state.Services.Select(service => state.Service(service, Environment, names, ComposeRevisions.RevisionOf(known, state.Of(service)))).OrderBy(service => service.Service, StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ServiceInstance>> GetInstancesAsync(IReadOnlyList<ServiceInfo> services, CancellationToken cancellationToken)
    {
        var state = await StateAsync(cancellationToken).ConfigureAwait(false);
        var known = releases.Read();
        return [.. services.SelectMany(service => state.Of(service.PlatformName)).Select(container => container.Instance(Environment, names, ComposeRevisions.RevisionOf(known, [container])))];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ServiceUsage>> GetUsageAsync(IReadOnlyList<ServiceInfo> services, CancellationToken cancellationToken)
    {
        var state = await StateAsync(cancellationToken).ConfigureAwait(false);
        var containers = services.SelectMany(service => state.Of(service.PlatformName)).Where(container => container.Detail.IsRunning).ToDictionary(container => container.Detail.Id, StringComparer.Ordinal);
        var usages = await client.GetUsageAsync([.. containers.Keys], UsageInterval, cancellationToken).ConfigureAwait(false);
        return [.. usages.Select(usage => containers[usage.Id].Usage(usage, Environment, names))];
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ServiceEvent> GetEventsAsync(IReadOnlyList<ServiceInfo>? services, ServiceEventQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var wanted = services?.Select(service => service.PlatformName).ToHashSet(StringComparer.Ordinal);
        await foreach (var found in client.ReadEventsAsync(ComposeEvents.Query(settings.Project, query), cancellationToken).ConfigureAwait(false))
        {
            if (wanted is null || (found.Attributes.TryGetValue(ComposeLabels.Service, out var service) && wanted.Contains(service)))
            {
                yield return ComposeEvents.Event(found, Environment, names);
            }
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<LogLine> ReadLogAsync(ServiceInstance instance, LogQuery query, CancellationToken cancellationToken) => client.ReadLogAsync(instance.Id, query, cancellationToken);

    /// <inheritdoc/>
    public async Task RestartAsync(ServiceInfo service, bool rolling, bool dryRun, Action<ServiceProgress> progress, CancellationToken cancellationToken)
    {
        var containers = await RequiredAsync(service, cancellationToken).ConfigureAwait(false);
        if (dryRun)
        {
            return;
        }

        if (!rolling)
        {
            progress(new ServiceProgress($"Restarts {string.Join(", ", containers.Select(container => container.Detail.Name))}", 0, containers.Count));
            await Task.WhenAll(containers.Select(container => RestartAsync(container, cancellationToken))).ConfigureAwait(false);
            return;
        }

        for (var i = 0; i < containers.Count; i++)
        {
            progress(new ServiceProgress($"Restarts {containers[i].Detail.Name}", i, containers.Count));
            await RestartAsync(containers[i], cancellationToken).ConfigureAwait(false);
            progress(new ServiceProgress($"Waits until {containers[i].Detail.Name} is ready", i, containers.Count));
            await rollout.UntilReadyAsync(containers[i], cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ServiceDifference>> SetAsync(ServiceInfo service, ServiceLimits limits, bool dryRun, CancellationToken cancellationToken)
    {
        var state = await StateAsync(cancellationToken).ConfigureAwait(false);
        var containers = state.Of(service.PlatformName);
        var changes = new List<ServiceDifference>();
        void Compare(string path, double before, double? after, Func<double, string> text)
        {
            if (after is { } wanted && wanted != before)
            {
                changes.Add(new ServiceDifference(path, text(before), text(wanted)));
            }
        }

        var engine = await client.GetEngineAsync(cancellationToken).ConfigureAwait(false);
        // What the machine has is no limit: that is how one is taken off.
        var memory = containers.Select(container => container.Detail.MemoryLimitBytes).Select(bytes => bytes >= engine.MemoryBytes ? 0 : bytes).DefaultIfEmpty(0).Max();
        var cores = containers.Select(container => container.Detail.CpuLimitCores).Select(count => count >= engine.Processors ? 0 : count).DefaultIfEmpty(0).Max();
        Compare("replicas", containers.Count, limits.Replicas, count => count.ToString(CultureInfo.InvariantCulture));
        Compare($"{service.PlatformName}.resources.limits.memory", memory, limits.MemoryLimitBytes, bytes => bytes == 0 ? "none" : bytes.ToString(CultureInfo.InvariantCulture));
        Compare($"{service.PlatformName}.resources.limits.cpu", cores, limits.CpuLimitCores, count => count == 0 ? "none" : count.ToString(CultureInfo.InvariantCulture));
        if (dryRun || changes.Count == 0)
        {
            return changes;
        }

        if (limits.Replicas is { } replicas && replicas != containers.Count)
        {
            var scale = string.Create(CultureInfo.InvariantCulture, $"{service.PlatformName}={replicas}");
            await Runner(state).RunAsync(["up", "-d", "--no-build", "--no-recreate", "--no-deps", "--scale", scale, service.PlatformName], null, cancellationToken).ConfigureAwait(false);
            ordered[service.PlatformName] = replicas;
        }

        if (limits.MemoryLimitBytes is not null || limits.CpuLimitCores is not null)
        {
            // Compose knows nothing of limits that are set so: new containers need them as well.
            var now = (await StateAsync(cancellationToken).ConfigureAwait(false)).Of(service.PlatformName);
            await Task.WhenAll(now.Select(container => rollout.LimitAsync(
                container.Detail, new DockerLimits { MemoryBytes = limits.MemoryLimitBytes, Cores = limits.CpuLimitCores }, cancellationToken))).ConfigureAwait(false);
            warning($"{Environment}: limits set on containers hold until they are made anew; write them into the Compose file of '{service.PlatformName}' as well.");
        }

        return changes;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<RolloutRevision>> GetHistoryAsync(ServiceInfo service, CancellationToken cancellationToken) => history.GetAsync(service, cancellationToken);

    /// <inheritdoc/>
    public Task<RolloutPlan> PlanUndoAsync(ServiceInfo service, long? toRevision, CancellationToken cancellationToken) => history.PlanAsync(service, toRevision, cancellationToken);

    /// <inheritdoc/>
    public async Task UndoAsync(RolloutPlan plan, bool dryRun, Action<ServiceProgress> progress, CancellationToken cancellationToken)
    {
        var state = await StateAsync(cancellationToken).ConfigureAwait(false);
        var target = ComposeHistory.Target(plan, state);
        if (!dryRun && !plan.IsAlreadyThere)
        {
            await releases.UndoAsync(state, plan.Service.PlatformName, target, Runner(state), StateAsync, progress, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Enters what runs now into the release ledger where no release of it has it, so that there is a way back to it.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The running work.</returns>
    /// <exception cref="OperationException"><c>ServiceBusy</c>, <c>ReleaseLedgerInvalid</c>.</exception>
    public async Task RecordAsync(CancellationToken cancellationToken) =>
        await releases.RecordAsync(await StateAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <summary>Brings the whole project up as its files say, and enters what runs then into the release ledger.</summary>
    /// <param name="build">True to build images from their sources first.</param>
    /// <param name="note">What the release is.</param>
    /// <param name="progress">Gets the steps.</param>
    /// <param name="cancellationToken">Kills Compose; containers that it made stay.</param>
    /// <returns>The release.</returns>
    /// <exception cref="OperationException">One of <see cref="ComposeErrors"/>, <c>ServiceBusy</c>.</exception>
    public async Task<ComposeRelease> PublishAsync(bool build, string? note, Action<ServiceProgress> progress, CancellationToken cancellationToken)
    {
        var state = await StateAsync(cancellationToken).ConfigureAwait(false);
        return await releases.PublishAsync(state, Runner(state), build, note, StateAsync, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<RolloutStatus> WatchRolloutAsync(ServiceInfo service, long? revision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RolloutStatus? last = null;
        await foreach (var _ in rollout.ChangesAsync(cancellationToken).ConfigureAwait(false))
        {
            if (await ComposeRollout.PatientlyAsync(() => StateAsync(cancellationToken)).ConfigureAwait(false) is not { } state)
            {
                continue;
            }

            var containers = state.Of(service.PlatformName);
            var known = releases.Read();
            var present = ComposeRevisions.RevisionOf(known, containers);
            var info = state.Service(service.PlatformName, Environment, names, present);
            var ready = info.Ready >= info.Desired && info.Updated >= info.Desired && (revision is null || revision == present);
            var complete = ready && containers.All(ComposeRollout.HasSettled);
            var status = new RolloutStatus
            {
                Environment = Environment,
                Service = service.Service,
                Revision = present,
                IsComplete = complete,
                Desired = info.Desired,
                Updated = info.Updated,
                Available = info.Ready,
                Old = containers.Count - info.Updated,
                Message = complete ? $"All {info.Desired} containers are ready."
                    : ready ? "All containers run; one without a health check counts as ready when it still runs after some seconds."
                    : info.Reason ?? $"Waits for release {revision} (release {present} runs).",
            };
            if (status != last)
            {
                yield return last = status;
            }

            if (complete)
            {
                yield break;
            }

            foreach (var container in containers)
            {
                ComposeRollout.Check(container);
            }
        }
    }

    /// <inheritdoc/>
    public async Task<int> ExecuteAsync(ServiceInstance instance, ServiceCommand command, CancellationToken cancellationToken)
    {
        try
        {
            return await client.ExecuteAsync(instance.Id, command, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException error) when (error.Definition == DockerErrors.Conflict)
        {
            throw new OperationException(ServiceErrors.InstanceNotRunning, $"{instance.Instance} does not run: {error.Message}", instance.Instance, error);
        }
    }

    /// <inheritdoc/>
    public async Task<ServiceIsolation> IsolateAsync(ServiceInfo service, bool isolate, bool dryRun, CancellationToken cancellationToken)
    {
        var containers = (await RequiredAsync(service, cancellationToken).ConfigureAwait(false)).Where(container => container.Detail.IsRunning).ToList();
        var networks = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var container in containers)
        {
            networks.UnionWith(dryRun ? container.Detail.Networks.Select(network => network.Network)
                : isolate ? await isolation.CutAsync(container, cancellationToken).ConfigureAwait(false)
                : await isolation.JoinAsync(container, cancellationToken).ConfigureAwait(false));
        }

        return new ServiceIsolation
        {
            Environment = Environment,
            Service = service.Service,
            IsIsolated = isolate,
            Means = networks.Count == 0 ? "nothing to do" : $"{(networks.Count == 1 ? "network" : "networks")} {string.Join(", ", networks)}",
            Instances = [.. containers.Select(container => container.Detail.Name)],
        };
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    private static ComposeSettings Settings(EnvironmentContext context) => context.Environment.Services?.Compose
        ?? throw new OperationException(ServiceErrors.NotConfigured, $"Environment '{context.Name}' does not say which Compose project runs its services.", context.Name);

    private ComposeRunner Runner(ComposeState state) => new(client.Endpoint, state.Place, verbose);

    private async Task RestartAsync(ComposeContainer container, CancellationToken cancellationToken) =>
        // The engine must not be left in the middle: whoever cancels stops waiting, no more.
        await client.RestartAsync(container.Detail.Id, null, CancellationToken.None).WaitAsync(cancellationToken).ConfigureAwait(false);

    private async Task<IReadOnlyList<ComposeContainer>> RequiredAsync(ServiceInfo service, CancellationToken cancellationToken)
    {
        var state = await StateAsync(cancellationToken).ConfigureAwait(false);
        return state.Of(service.PlatformName) is { Count: > 0 } containers ? containers : throw new OperationException(
            ServiceErrors.NotFound, $"{service.Service} has no container in {Address}.{NearestName.Hint(service.PlatformName, state.Services)}", service.Service);
    }

    private async Task<ComposeState> StateAsync(CancellationToken cancellationToken)
    {
        var listed = await client.ListContainersAsync([$"{ComposeLabels.Project}={settings.Project}", $"{ComposeLabels.OneOff}=False"], cancellationToken).ConfigureAwait(false);
        var details = await Task.WhenAll(listed.Select(InspectAsync)).ConfigureAwait(false);
        var place = ComposePlace.Of(settings, listed);
        var found = details.OfType<DockerContainerDetail>().ToList();
        var tasks = ComposeContainer.Tasks(found);
        return new ComposeState(
            [.. found.Select(detail => new ComposeContainer(detail, tasks.Contains(detail.Labels.GetValueOrDefault(ComposeLabels.Service) ?? "")))], ReadFile(place, listed.Count > 0), place, ordered);

        async Task<DockerContainerDetail?> InspectAsync(DockerContainer container)
        {
            try
            {
                return await client.InspectContainerAsync(container.Id, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationException error) when (error.Definition == DockerErrors.ContainerNotFound)
            {
                // Removed since it was listed.
                return null;
            }
        }
    }

    // What runs can be looked at without the file; a broken one is said all the same, and is an error where nothing runs.
    private ComposeFile? ReadFile(ComposePlace place, bool running)
    {
        try
        {
            return place.Files.Count > 0 ? ComposeFile.Read(place.Files, place.EnvironmentFile) : null;
        }
        catch (OperationException error) when (running)
        {
            warning($"{Environment}: {error.Message}");
            return null;
        }
    }
}
