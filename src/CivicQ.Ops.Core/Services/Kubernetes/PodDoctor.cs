using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CivicQ.Ops.Core.Secrets;
using CivicQ.Ops.Core.Services.Kubernetes.Objects;
using CivicQ.Ops.Core.Texts;

namespace CivicQ.Ops.Core.Services.Kubernetes;

/// <summary>Says in one sentence why a pod is not ready, from its status, its events and the last line of a container that crashed.</summary>
internal static partial class PodDoctor
{
    // Twice may be a database that was not up yet.
    private const int HopelessRestarts = 3;
    private const int MaximumWords = 300;

    /// <summary>Judges a pod.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="events">Its events, oldest first.</param>
    /// <param name="lastLine">The last line of the container that crashed, where it was read.</param>
    /// <returns>Why it is not ready; <see langword="null"/> when it is.</returns>
    public static PodDiagnosis? Judge(Pod pod, IReadOnlyList<KubernetesEvent> events, string? lastLine = null)
    {
        if (pod.DeletedAt is not null)
        {
            return new PodDiagnosis("It is being stopped.", IsFailure: false);
        }

        if (pod.Phase is "Failed")
        {
            return Whole(pod);
        }

        if (pod.Phase is "Succeeded")
        {
            return new PodDiagnosis("It has ended, and is not started again.", IsFailure: false);
        }

        if (pod.Ready)
        {
            return null;
        }

        if (Unscheduled(pod) is { } unscheduled)
        {
            return unscheduled;
        }

        var init = pod.InitContainers.FirstOrDefault(container => container.Terminated.Number("exitCode") != 0);
        if (init is not null && init.Status is not null)
        {
            return Initial(init, events, lastLine);
        }

        return pod.Containers.Where(container => !container.Ready).Select(container => Judge(container, $"container '{container.Name}'", events, lastLine))
            .OrderByDescending(diagnosis => diagnosis.IsBlocked).ThenByDescending(diagnosis => diagnosis.IsFailure)
            .FirstOrDefault() ?? Gates(pod);
    }

    /// <summary>The container whose last line would say more; <see langword="null"/> when none crashed.</summary>
    /// <param name="pod">The pod.</param>
    /// <returns>The container, and whether the line is of its life before this one.</returns>
    public static (PodContainer Container, bool Previous)? Crashed(Pod pod)
    {
        var crashed = pod.InitContainers.Concat(pod.Containers).FirstOrDefault(container =>
            !container.Ready && ((container.Terminated ?? container.LastTerminated).Number("exitCode") ?? 0) != 0);
        return crashed is null ? null : (crashed, crashed.RunningSince is not null);
    }

    private static PodDiagnosis Whole(Pod pod)
    {
        var ended = pod.Containers.FirstOrDefault(container => container.Terminated.Number("exitCode") is > 0);
        var why = pod.Reason is { } reason ? $"{reason}: {Words(pod.Message ?? "no words")}"
            : ended is not null ? $"container '{ended.Name}' ended with exit code {ended.Terminated.Number("exitCode")}"
            : "the cluster does not say why";
        return new PodDiagnosis($"It has failed: {why.TrimEnd('.')}.", IsFailure: true, IsBlocked: true);
    }

    private static PodDiagnosis? Unscheduled(Pod pod)
    {
        if (pod.NodeName is not null || pod.Condition("PodScheduled") is not { } condition || condition.Text("status") != "False")
        {
            return pod.NodeName is null ? new PodDiagnosis("It waits for the scheduler.", IsFailure: false) : null;
        }

        var message = Words(condition.Text("message") ?? condition.Text("reason") ?? "no words");
        var lacking = Lack().Matches(message).Select(match => match.Groups[1].Value).Distinct().ToList();
        if (lacking.Count == 0)
        {
            return new PodDiagnosis($"No node can take it: {message.TrimEnd('.')}.", IsFailure: true);
        }

        var asked = lacking.Select(resource => Asked(pod, resource));
        return new PodDiagnosis($"No node has enough {string.Join(" and ", asked)} left: {message.TrimEnd('.')}.", IsFailure: true);
    }

    private static string Asked(Pod pod, string resource)
    {
        var amounts = pod.Containers.Select(container => container.Specification.At("resources", "requests", resource)).Where(node => node is not null)
            .Select(node => node!.ToString()).ToList();
        return amounts.Count == 0 ? resource : $"{resource} (it asks for {string.Join(" + ", amounts)})";
    }

    private static PodDiagnosis Initial(PodContainer container, IReadOnlyList<KubernetesEvent> events, string? lastLine)
    {
        var name = $"init container '{container.Name}'";
        return container.RunningSince is not null && container.LastTerminated is null
            ? new PodDiagnosis($"Its {name} still runs.", IsFailure: false)
            : Judge(container, name, events, lastLine);
    }

    private static PodDiagnosis Judge(PodContainer container, string name, IReadOnlyList<KubernetesEvent> events, string? lastLine)
    {
        var waiting = container.WaitingReason;
        var end = container.Terminated ?? container.LastTerminated;
        if (waiting is "ErrImagePull" or "ImagePullBackOff" or "InvalidImageName" or "ErrImageNeverPull" or "RegistryUnavailable" or "ErrImageInspect")
        {
            return new PodDiagnosis(
                $"The image {container.Image} of {name} cannot be pulled: {PullFailure(container, events)}.", IsFailure: true,
                IsBlocked: waiting is not ("ErrImagePull" or "RegistryUnavailable"));
        }

        if (end.Text("reason") == "OOMKilled")
        {
            var limit = container.Specification.Text("resources", "limits", "memory");
            var told = limit is null ? "the node's memory was out" : $"it used more memory than its limit of {limit}";
            return new PodDiagnosis($"{Upper(name)} was killed, for {told}{Restarts(container)}.", IsFailure: true, IsHopeless(container));
        }

        if (end is not null && (waiting is not null || container.Terminated is not null || IsFailing(container, end)))
        {
            return Ended(container, name, end, lastLine);
        }

        if (waiting is not null and not ("ContainerCreating" or "PodInitializing"))
        {
            return new PodDiagnosis($"{Upper(name)} cannot be started ({waiting}): {Words(container.WaitingMessage ?? "no words").TrimEnd('.')}.", IsFailure: true, IsBlocked: true);
        }

        return container.RunningSince is null ? Creating(name, events) : Probed(container, name, events);
    }

    // It runs again now, and had ended in failure before: without a probe it would be ready.
    private static bool IsFailing(PodContainer container, JsonObject end) =>
        container.RunningSince is not null && end.Number("exitCode") != 0 && container.Specification.At("readinessProbe") is null;

    private static PodDiagnosis Ended(PodContainer container, string name, JsonObject end, string? lastLine)
    {
        var words = lastLine is { Length: > 0 } line ? $"; its last line: {Words(line)}"
            : end.Text("message") is { Length: > 0 } message ? $": {Words(message)}"
            : "";
        var reason = end.Text("reason") is { } told and not ("Error" or "Completed") ? $" ({told})" : "";
        return new PodDiagnosis(
            $"{Upper(name)} crashes: exit code {end.Number("exitCode")}{reason}{Restarts(container)}{words.TrimEnd('.')}.", IsFailure: true, IsHopeless(container));
    }

    private static PodDiagnosis Creating(string name, IReadOnlyList<KubernetesEvent> events)
    {
        var trouble = events.LastOrDefault(item => item.Type == "Warning" && item.Reason is "FailedMount" or "FailedAttachVolume" or "FailedCreatePodSandBox");
        return trouble is null
            ? new PodDiagnosis($"{Upper(name)} is being created.", IsFailure: false)
            : new PodDiagnosis($"{Upper(name)} cannot be created ({trouble.Reason}): {Words(trouble.Message).TrimEnd('.')}.", IsFailure: true);
    }

    private static PodDiagnosis Probed(PodContainer container, string name, IReadOnlyList<KubernetesEvent> events)
    {
        var failed = events.LastOrDefault(item =>
            item.Reason == "Unhealthy" && item.LastSeen >= container.RunningSince && item.FieldPath?.Contains($"{{{container.Name}}}", StringComparison.Ordinal) != false);
        if (failed is null)
        {
            return new PodDiagnosis($"{Upper(name)} has started, and its readiness probe has not passed yet.", IsFailure: false);
        }

        // "Readiness probe failed: HTTP probe failed with statuscode: 503"
        var parts = failed.Message.Split(" probe failed: ", 2);
        return parts.Length == 2
            ? new PodDiagnosis($"The {OneLine.Of(parts[0]).ToLowerInvariant()} probe of {name} fails: {Words(parts[1]).TrimEnd('.')}.", IsFailure: true)
            : new PodDiagnosis($"A probe of {name} fails: {Words(failed.Message).TrimEnd('.')}.", IsFailure: true);
    }

    private static PodDiagnosis Gates(Pod pod)
    {
        var condition = pod.Condition("Ready");
        return new PodDiagnosis(
            condition.Text("message") is { Length: > 0 } message ? $"It is not ready: {Words(message).TrimEnd('.')}." : "It is starting.", IsFailure: condition.Text("message") is not null);
    }

    // While it backs off, the status only says so: the registry's own words are in the event.
    private static string PullFailure(PodContainer container, IReadOnlyList<KubernetesEvent> events)
    {
        var told = events.LastOrDefault(item => item.Reason == "Failed" && item.Message.StartsWith("Failed to pull image", StringComparison.Ordinal)
            && item.Message.Contains($"\"{container.Image}\"", StringComparison.Ordinal))?.Message;
        var message = told ?? container.WaitingMessage ?? container.WaitingReason ?? "";
        var start = message.LastIndexOf("desc = ", StringComparison.Ordinal);
        message = start >= 0 ? message[(start + 7)..] : message;
        const string Daemon = "Error response from daemon: ";
        return Words(message.StartsWith(Daemon, StringComparison.Ordinal) ? message[Daemon.Length..] : message).TrimEnd('.');
    }

    private static bool IsHopeless(PodContainer container) => container.RestartCount >= HopelessRestarts;

    private static string Restarts(PodContainer container) =>
        container.RestartCount == 0 ? "" : container.RestartCount == 1 ? ", restarted once" : $", restarted {container.RestartCount} times";

    private static string Upper(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static string Words(string text)
    {
        var shown = SecretMask.Text(OneLine.Of(text).Trim());
        return shown.Length > MaximumWords ? shown[..MaximumWords] + "…" : shown;
    }

    [GeneratedRegex(@"Insufficient ([\w./-]+?)\.?(?=[,\s]|$)")]
    private static partial Regex Lack();
}
