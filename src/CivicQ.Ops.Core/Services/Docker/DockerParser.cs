using System.Text.Json;

namespace CivicQ.Ops.Core.Services.Docker;

/// <summary>Makes records of the engine's JSON.</summary>
internal static class DockerParser
{
    private const double Billion = 1e9;
    private const long DefaultPeriod = 100_000;

    public static DockerContainer Container(JsonElement item) => new()
    {
        Id = item.Text("Id"),
        Name = item.Texts("Names") is [var first, ..] ? first.TrimStart('/') : item.Text("Id"),
        Image = item.Text("Image"),
        ImageId = item.Text("ImageID"),
        State = item.Text("State"),
        Status = item.Text("Status"),
        CreatedAt = DateTimeOffset.FromUnixTimeSeconds(item.Number("Created") ?? 0),
        Labels = item.Map("Labels"),
    };

    public static DockerContainerDetail Detail(JsonElement item)
    {
        var state = item.Part("State") ?? default;
        var config = item.Part("Config") ?? default;
        var host = item.Part("HostConfig") ?? default;
        return new DockerContainerDetail
        {
            Id = item.Text("Id"),
            Name = item.Text("Name").TrimStart('/'),
            Image = config.Text("Image"),
            ImageId = item.Text("Image"),
            CreatedAt = item.Time("Created"),
            State = state.Text("Status"),
            IsRunning = state.Flag("Running"),
            IsOomKilled = state.Flag("OOMKilled"),
            ExitCode = (int)(state.Number("ExitCode") ?? 0),
            Error = state.Text("Error"),
            StartedAt = state.Time("StartedAt"),
            FinishedAt = state.Time("FinishedAt"),
            RestartCount = (int)(item.Number("RestartCount") ?? 0),
            RestartPolicy = host.Part("RestartPolicy") is { } policy && policy.Text("Name") is { Length: > 0 } named ? named : "no",
            Health = state.Part("Health") is { } health ? Health(health) : null,
            NetworkMode = host.Text("NetworkMode"),
            HasTerminal = config.Flag("Tty"),
            MemoryLimitBytes = host.Number("Memory") ?? 0,
            CpuLimitCores = Cores(host),
            Labels = config.Map("Labels"),
            Networks = item.Part("NetworkSettings")?.Part("Networks") is { } networks ? [.. networks.EnumerateObject().Select(Attachment)] : [],
            Variables = config.Texts("Env"),
        };
    }

    public static DockerNetwork Network(JsonElement item) => new()
    {
        Id = item.Text("Id"),
        Name = item.Text("Name"),
        Driver = item.Text("Driver"),
        Labels = item.Map("Labels"),
        Containers = item.Part("Containers") is { ValueKind: JsonValueKind.Object } containers
            ? containers.EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.Text("Name"), StringComparer.Ordinal)
            : new Dictionary<string, string>(),
    };

    public static DockerImage Image(JsonElement item) => new()
    {
        Id = item.Text("Id"),
        Tags = item.Texts("RepoTags"),
        Digests = item.Texts("RepoDigests"),
        CreatedAt = item.Time("Created"),
        SizeBytes = item.Number("Size") ?? 0,
        Labels = item.Part("Config")?.Map("Labels") ?? new Dictionary<string, string>(),
    };

    public static DockerEvent Event(JsonElement item)
    {
        var actor = item.Part("Actor") ?? default;
        return new DockerEvent
        {
            At = item.Number("timeNano") is { } nanoseconds ? DockerTime.OfNanoseconds(nanoseconds) : DateTimeOffset.FromUnixTimeSeconds(item.Number("time") ?? 0),
            Type = item.Text("Type"),
            Action = item.Text("Action"),
            Id = actor.Text("ID"),
            Attributes = actor.Map("Attributes"),
        };
    }

    private static DockerHealth Health(JsonElement health)
    {
        JsonElement? last = health.Part("Log") is { ValueKind: JsonValueKind.Array } log && log.GetArrayLength() > 0 ? log[log.GetArrayLength() - 1] : null;
        return new DockerHealth
        {
            Status = health.Text("Status"),
            FailingStreak = (int)(health.Number("FailingStreak") ?? 0),
            LastExitCode = (int?)last?.Number("ExitCode"),
            LastOutput = last?.Text("Output").Trim(),
        };
    }

    private static DockerNetworkAttachment Attachment(JsonProperty network) => new()
    {
        Network = network.Name,
        NetworkId = network.Value.Text("NetworkID"),
        Address = network.Value.Text("IPAddress") is { Length: > 0 } address ? address : null,
        Aliases = network.Value.Texts("Aliases"),
    };

    private static double Cores(JsonElement host) =>
        host.Number("NanoCpus") is > 0 and var nano ? nano / Billion
        : host.Number("CpuQuota") is > 0 and var quota ? (double)quota / (host.Number("CpuPeriod") is > 0 and var period ? period : DefaultPeriod)
        : 0;
}
