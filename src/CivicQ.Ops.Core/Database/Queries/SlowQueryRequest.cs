namespace CivicQ.Ops.Core.Database.Queries;

/// <summary>Which statements are wanted.</summary>
public sealed record SlowQueryRequest
{
    /// <summary>How many at most.</summary>
    public int Top { get; init; } = 20;

    /// <summary>Only those whose runs take at least so long on average.</summary>
    public TimeSpan MinimumMeanTime { get; init; }

    /// <summary>Which come first.</summary>
    public SlowQueryOrder OrderBy { get; init; }

    /// <summary>Of these databases, wildcards; <see langword="null"/> for the environment's own.</summary>
    public IReadOnlyList<string>? Databases { get; init; }
}
