using System.Text.Json.Nodes;

namespace CivicQ.Ops.Core.Services.Kubernetes.Objects;

/// <summary>A container of a pod: what was asked for and how it is.</summary>
/// <param name="specification">Its part of the pod's specification.</param>
/// <param name="status">Its part of the pod's status; <see langword="null"/> before the kubelet has said anything.</param>
internal sealed class PodContainer(JsonObject specification, JsonObject? status)
{
    /// <summary>Its name.</summary>
    public string Name => Specification.Text("name") ?? "";

    /// <summary>The image that was asked for.</summary>
    public string Image => Specification.Text("image") ?? "";

    /// <summary>The digest of the image that runs.</summary>
    public string? ImageId => Status.Text("imageID") is { Length: > 0 } id ? id : null;

    /// <summary>What was asked for.</summary>
    public JsonObject Specification { get; } = specification;

    /// <summary>How it is.</summary>
    public JsonObject? Status { get; } = status;

    /// <summary>True when its probes are content.</summary>
    public bool Ready => Status.Flag("ready");

    /// <summary>How often it was started again.</summary>
    public int RestartCount => (int)(Status.Number("restartCount") ?? 0);

    /// <summary>Since when it runs.</summary>
    public DateTimeOffset? RunningSince => Status.Time("state", "running", "startedAt");

    /// <summary>Why it does not run yet, for example CrashLoopBackOff.</summary>
    public string? WaitingReason => Status.Text("state", "waiting", "reason");

    /// <summary>The words that go with it.</summary>
    public string? WaitingMessage => Status.Text("state", "waiting", "message");

    /// <summary>Its present end, when it has ended.</summary>
    public JsonObject? Terminated => Status.At("state", "terminated") as JsonObject;

    /// <summary>Its end before this one.</summary>
    public JsonObject? LastTerminated => Status.At("lastState", "terminated") as JsonObject;

    /// <summary>Its memory limit in bytes.</summary>
    public long? MemoryLimitBytes => Quantity.Bytes(Specification.Text("resources", "limits", "memory"));

    /// <summary>Its limit of processors.</summary>
    public double? CpuLimit => Quantity.Value(Specification.At("resources", "limits", "cpu"));
}
