using System.Globalization;
using CivicQ.Ops.Core.Services.Docker;

namespace CivicQ.Ops.Core.Services.Compose;

/// <summary>A container of a project as an instance of its service, and why it is not ready.</summary>
/// <param name="Detail">What the engine knows.</param>
/// <param name="IsTask">Whether it is to do its work and end, as others of the project wait for: a migration.</param>
internal sealed record ComposeContainer(DockerContainerDetail Detail, bool IsTask = false)
{
    private const int Terminated = 143;
    private const int Killed = 137;

    public string Service => Detail.Labels.GetValueOrDefault(ComposeLabels.Service) ?? "";

    public int Number => int.TryParse(Detail.Labels.GetValueOrDefault(ComposeLabels.Number), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    public bool IsIsolated => Detail is { State: "running", Networks.Count: 0, NetworkMode: not ("none" or "host") } && !Detail.NetworkMode.StartsWith("container:", StringComparison.Ordinal);

    public bool IsReady => IsTask ? Detail is { State: "exited", ExitCode: 0, Error: "" } : Detail is { State: "running", Health: null or { Status: "healthy" } } && !IsIsolated;

    /// <summary>Whether waiting may make it ready by itself.</summary>
    public bool IsStarting => Detail is { State: "created" } || (!IsIsolated && (IsTask ? Detail is { State: "running" } : Detail is { State: "running", Health.Status: "starting" }));

    /// <summary>The services that others of a project wait for until they have done their work, by the labels of those others.</summary>
    public static IReadOnlySet<string> Tasks(IEnumerable<DockerContainerDetail> containers) =>
        containers.SelectMany(container => (container.Labels.GetValueOrDefault(ComposeLabels.DependsOn) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
            .Select(dependency => dependency.Split(':')).Where(parts => parts is [_, "service_completed_successfully", ..]).Select(parts => parts[0].Trim()).ToHashSet(StringComparer.Ordinal);

    public ServiceInstanceState State => Detail.State switch
    {
        "running" => IsIsolated ? ServiceInstanceState.Paused : ServiceInstanceState.Running,
        "created" => ServiceInstanceState.Pending,
        "restarting" => ServiceInstanceState.Restarting,
        "removing" => ServiceInstanceState.Stopping,
        "paused" => ServiceInstanceState.Paused,
        "exited" or "dead" => ServiceInstanceState.Exited,
        _ => ServiceInstanceState.Unknown,
    };

    public string? Reason => IsReady ? null : Detail.State switch
    {
        _ when Detail.Error.Length > 0 => $"The engine could not start it: {Detail.Error.TrimEnd('.')}.",
        "running" when IsIsolated => "It is cut off from all networks.",
        "running" when IsTask => "It has not done its work yet.",
        "running" when Detail.Health is { Status: "starting" } => "Its health check has not passed yet" + Words() + ".",
        "running" => string.Create(CultureInfo.InvariantCulture, $"Its health check failed {Detail.Health!.FailingStreak} times in a row{Words()}."),
        "created" => "It was made and has not been started.",
        "paused" => "It is paused.",
        "restarting" => string.Create(CultureInfo.InvariantCulture, $"It crashes again and again: {End()}; restarted {Detail.RestartCount} times."),
        "removing" => "It is being removed.",
        _ => char.ToUpperInvariant(End()[0]) + End()[1..] + When() + ".",
    };

    public ServiceInstance Instance(string environment, ServiceNames names, long? revision) => new()
    {
        Environment = environment,
        Service = names.Common(Service),
        Instance = Detail.Name,
        Id = Detail.Id,
        Platform = ServicePlatform.Compose,
        State = State,
        IsReady = IsReady,
        Reason = Reason,
        Restarts = Detail.RestartCount,
        Images = [Detail.Image],
        Containers = [Service],
        Revision = revision,
        Address = Detail.Networks.Select(network => network.Address).FirstOrDefault(address => address is not null),
        CreatedAt = Detail.CreatedAt,
        StartedAt = Detail.StartedAt,
        LastExitCode = Detail.FinishedAt is null ? null : Detail.ExitCode,
        IsOomKilled = Detail.IsOomKilled,
    };

    public ServiceUsage Usage(DockerUsage usage, string environment, ServiceNames names) => new()
    {
        Environment = environment,
        Service = names.Common(Service),
        Instance = Detail.Name,
        CpuCores = usage.CpuCores,
        CpuLimitCores = Detail.CpuLimitCores > 0 ? Detail.CpuLimitCores : null,
        MemoryBytes = usage.MemoryBytes,
        MemoryLimitBytes = Detail.MemoryLimitBytes > 0 ? Detail.MemoryLimitBytes : null,
        ReceivedBytes = usage.ReceivedBytes,
        SentBytes = usage.SentBytes,
        Processes = usage.Processes,
        IsOomKilled = Detail.IsOomKilled,
        At = usage.At,
    };

    private string End() =>
        Detail.IsOomKilled ? $"the kernel ended it because it used more than its {(Detail.MemoryLimitBytes > 0 ? string.Create(CultureInfo.InvariantCulture, $"{Detail.MemoryLimitBytes / 1048576.0:0.#} MiB") : "share")} of memory"
        : Detail.ExitCode switch
        {
            Terminated => "it was stopped (SIGTERM)",
            Killed => "it was killed (SIGKILL)",
            var code => string.Create(CultureInfo.InvariantCulture, $"it ended with exit code {code}"),
        };

    private string When() => Detail.FinishedAt is { } time ? string.Create(CultureInfo.InvariantCulture, $" at {time:yyyy-MM-dd HH:mm:ss}Z") : "";

    private string Words() => Detail.Health is { LastOutput: { Length: > 0 } words, FailingStreak: > 0 } ? $": {Short(words)}" : "";

    private static string Short(string words)
    {
        var line = words.ReplaceLineEndings(" ").TrimEnd('.', ' ');
        return line.Length > 200 ? line[..200] + "…" : line;
    }
}
