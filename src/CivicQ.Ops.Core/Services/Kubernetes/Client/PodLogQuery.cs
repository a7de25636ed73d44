using System.Globalization;

namespace CivicQ.Ops.Core.Services.Kubernetes.Client;

/// <summary>Which part of a container's log is wanted.</summary>
internal sealed record PodLogQuery
{
    /// <summary>The container; needed where the pod has several.</summary>
    public string? Container { get; init; }

    /// <summary>Only lines since then; the API server looks at whole seconds.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only so many last lines.</summary>
    public int? Tail { get; init; }

    /// <summary>True to go on with what comes.</summary>
    public bool Follow { get; init; }

    /// <summary>True for the container's life before this one.</summary>
    public bool Previous { get; init; }

    /// <summary>The query, with a time before each line.</summary>
    public string Query()
    {
        var parts = new List<string> { "timestamps=true" };
        if (Container is not null)
        {
            parts.Add($"container={Uri.EscapeDataString(Container)}");
        }

        if (Since is { } since)
        {
            parts.Add($"sinceTime={Uri.EscapeDataString(since.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))}");
        }

        if (Tail is { } tail)
        {
            parts.Add(FormattableString.Invariant($"tailLines={tail}"));
        }

        if (Follow)
        {
            parts.Add("follow=true");
        }

        if (Previous)
        {
            parts.Add("previous=true");
        }

        return string.Join('&', parts);
    }
}
