using CivicQ.Ops.Core.Logs.Entries;

namespace CivicQ.Ops.Core.Services.Logs;

/// <summary>Which entries of which instances are wanted.</summary>
public sealed record LogSelection
{
    /// <summary>Only what the platform took at this time or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only what the platform took before this time; ends the following too.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Only the last so many lines of each instance, before level and pattern choose among them, as <c>kubectl logs --tail</c> and <c>docker compose logs --tail</c> count.</summary>
    public int? Tail { get; init; }

    /// <summary>True to go on with what is written from now on, by instances that are there and by those that come, until the caller ends it.</summary>
    public bool Follow { get; init; }

    /// <summary>The lowest level. Above <see cref="LogEntryLevel.Unknown"/> lines without a level are left out.</summary>
    public LogEntryLevel Level { get; init; }

    /// <summary>What entries must match; any without it.</summary>
    public LogMatch? Match { get; init; }

    /// <summary>Which instances; all without it.</summary>
    public Func<ServiceInstance, bool>? Instance { get; init; }

    /// <summary>Which containers of each instance, by name; the main one without it.</summary>
    public Func<string, bool>? Container { get; init; }

    /// <summary>True for the run before the last restart (Kubernetes).</summary>
    public bool Previous { get; init; }

    /// <summary>Whether an entry is wanted.</summary>
    internal bool Fits(LogEntry entry) =>
        entry.Level >= Level && (Since is null || entry.PlatformTime >= Since) && (Until is null || entry.PlatformTime < Until) && (Match is null || Match.Fits(entry));
}
