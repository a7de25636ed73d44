using System.Globalization;
using CivicQ.Ops.Core.Services.Docker;

namespace CivicQ.Ops.Core.Services.Compose;

/// <summary>Makes a service's events of the engine's.</summary>
internal static class ComposeEvents
{
    private const int Terminated = 143;

    // Not exec: health checks fill the engine's memory with them.
    private static readonly string[] Actions =
        ["create", "start", "restart", "stop", "die", "kill", "oom", "pause", "unpause", "health_status", "destroy", "rename", "update"];

    /// <summary>What to ask the engine for.</summary>
    public static DockerEventQuery Query(string project, ServiceEventQuery query) => new()
    {
        Since = query.Since ?? (query.Follow ? null : DateTimeOffset.UnixEpoch),
        Until = query.Until ?? (query.Follow ? null : DateTimeOffset.UtcNow),
        Filters = new Dictionary<string, IReadOnlyList<string>> { ["type"] = ["container"], ["event"] = Actions, ["label"] = [$"{ComposeLabels.Project}={project}"] },
    };

    /// <summary>An event as services have it.</summary>
    public static ServiceEvent Event(DockerEvent found, string environment, ServiceNames names)
    {
        var name = found.Attributes.GetValueOrDefault("name") ?? found.Id;
        var code = int.TryParse(found.Attributes.GetValueOrDefault("exitCode"), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : 0;
        var (reason, message, bad) = found.Action switch
        {
            "create" => ("create", "Made", false),
            "start" => ("start", "Started", false),
            "restart" => ("restart", "Restarted", false),
            "stop" => ("stop", "Stopped", false),
            "die" => ("die", string.Create(CultureInfo.InvariantCulture, $"Ended with exit code {code}"), code is not (0 or Terminated)),
            "kill" => ("kill", $"Sent signal {found.Attributes.GetValueOrDefault("signal") ?? "KILL"}", false),
            "oom" => ("oom", "A process used more memory than the container may, and was ended by the kernel", true),
            "pause" => ("pause", "Paused", false),
            "unpause" => ("unpause", "Goes on after a pause", false),
            "destroy" => ("destroy", "Removed", false),
            "rename" => ("rename", $"Renamed from {found.Attributes.GetValueOrDefault("oldName")?.TrimStart('/')}", false),
            "update" => ("update", "Got other limits", false),
            _ when found.Action.StartsWith("health_status", StringComparison.Ordinal) =>
                ("health_status", $"Its health check says {found.Action[(found.Action.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()}", found.Action.Contains("unhealthy", StringComparison.Ordinal)),
            var other => (other, other, false),
        };
        return new ServiceEvent
        {
            Environment = environment,
            At = found.At,
            FirstAt = found.At,
            Level = bad ? ServiceEventLevel.Warning : ServiceEventLevel.Normal,
            Service = found.Attributes.TryGetValue(ComposeLabels.Service, out var service) ? names.Common(service) : null,
            Object = $"container/{name}",
            Instance = name,
            Reason = reason,
            Message = $"{message} ({found.Attributes.GetValueOrDefault("image")}).",
        };
    }
}
