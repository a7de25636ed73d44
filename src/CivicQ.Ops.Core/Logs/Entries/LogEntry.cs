using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops.Core.Logs.Entries;

/// <summary>One entry of a log: a line, with the lines that belong to it (a traceback, a statement).</summary>
public sealed record LogEntry
{
    private IReadOnlyDictionary<string, object?>? fields;

    /// <summary>The environment's name.</summary>
    public required string Environment { get; init; }

    /// <summary>The service's name in every environment.</summary>
    public required string Service { get; init; }

    /// <summary>The pod's or container's name.</summary>
    public required string Instance { get; init; }

    /// <summary>The container, where one was chosen; <see langword="null"/> for the main one.</summary>
    public string? Container { get; init; }

    /// <summary>
    /// When it happened, UTC: by the line's own word, else when the platform took it. A time without a zone is taken for UTC, unless it lies
    /// whole quarters of an hour beside the platform's: then the program writes its local time.
    /// </summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>How grave it is.</summary>
    public LogEntryLevel Level { get; init; }

    /// <summary>What it says, without what the other properties hold; lines that belong to it follow after line ends.</summary>
    public required string Message { get; init; }

    /// <summary>The form that it was recognised by.</summary>
    public LogFormat Format { get; init; }

    /// <summary>Whether it is the record of a request that was answered, by nginx or uvicorn.</summary>
    public bool IsRequest { get; init; }

    /// <summary>Where it was written to.</summary>
    public LogStream Stream { get; init; }

    /// <summary>When the platform took its first line; entries come in this order.</summary>
    public required DateTimeOffset PlatformTime { get; init; }

    /// <summary>All its lines as they were written, without colours and control characters.</summary>
    public required string Text { get; init; }

    /// <summary>
    /// What the format has beside time, level and message, by name: texts, whole numbers (<see cref="long"/>), other numbers
    /// (<see cref="double"/>), truth values; what is nested is JSON text. Read when first asked for.
    /// </summary>
    public IReadOnlyDictionary<string, object?> Fields => fields ??= LogFields.Of(Format, Text);
}
