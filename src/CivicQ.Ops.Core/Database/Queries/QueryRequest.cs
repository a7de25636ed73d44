namespace CivicQ.Ops.Core.Database.Queries;

/// <summary>What an operator wants to have run.</summary>
public sealed record QueryRequest
{
    /// <summary>The statement, or several with semicolons between; parameters are written <c>@name</c> or <c>:name</c>.</summary>
    public required string Query { get; init; }

    /// <summary>The parameters' values, with or without the sign before the name.</summary>
    public IReadOnlyDictionary<string, object?> Parameters { get; init; } = new Dictionary<string, object?>();

    /// <summary>Another database of the environment's server.</summary>
    public string? Database { get; init; }

    /// <summary>False to run in a transaction that cannot write.</summary>
    public bool AllowWrite { get; init; }

    /// <summary>How long it may take, all rows included; <see langword="null"/> for ever.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How many rows are wanted; <see langword="null"/> for all.</summary>
    public long? MaximumRows { get; init; }
}
