using CivicQ.Ops.Core.Measures;

namespace CivicQ.Ops.Core.Database.Termination;

/// <summary>A session that is to be stopped, as it was when it was looked at; or one that was named and is not there.</summary>
public sealed record SessionCandidate
{
    private const int QueryShown = 60;

    /// <summary>The server's process.</summary>
    public required int ProcessId { get; init; }

    /// <summary>When the process started; <see langword="null"/> where the role may not see it.</summary>
    public DateTimeOffset? BackendStart { get; init; }

    /// <summary>Its database.</summary>
    public string? Database { get; init; }

    /// <summary>Its role.</summary>
    public string? User { get; init; }

    /// <summary>What its client calls itself.</summary>
    public string Application { get; init; } = "";

    /// <summary>What it does.</summary>
    public string? State { get; init; }

    /// <summary>For how long.</summary>
    public TimeSpan? Age { get; init; }

    /// <summary>Its statement, passwords masked.</summary>
    public string? Query { get; init; }

    /// <summary>When that statement began.</summary>
    public DateTimeOffset? QueryStart { get; init; }

    /// <summary>When its transaction began; <see langword="null"/> where there is none, or the role may not see it.</summary>
    public DateTimeOffset? TransactionStart { get; init; }

    /// <summary>True where the role may not see what it does.</summary>
    public bool IsHidden { get; init; }

    /// <summary>Why it is left alone; <see langword="null"/> where it is not.</summary>
    public string? Refusal { get; init; }

    /// <summary>True where there is no such session.</summary>
    public bool IsGone { get; init; }

    /// <summary>True where it runs a statement, which can be cancelled.</summary>
    public bool IsActive => State is "active" or "fastpath function call";

    /// <summary>True where nobody can say whether it runs a statement: the role may not see it, or the session does not tell (<c>track_activities</c> is off).</summary>
    public bool IsUnknown => State is null or "disabled";

    /// <summary>For the question whether to go ahead: process, role, application, state, age, and how its statement begins.</summary>
    public string Description
    {
        get
        {
            var line = string.Join(' ', (Query ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            var text = line.Length > QueryShown ? line[..QueryShown] + "…" : line;
            return $"process {ProcessId} ({User ?? "?"}, '{Application}') {State ?? "state unknown"}{(Age is { } age ? $" for {Measure.Duration(age)}" : "")}{(text.Length > 0 ? $": {text}" : "")}";
        }
    }
}
