namespace CivicQ.Ops.Core.Processes;

/// <summary>A program to run. No shell is in between, and no secret belongs into the arguments.</summary>
internal sealed record SupervisedCommand
{
    /// <summary>The program, by path or by a name of the search path.</summary>
    public required string Program { get; init; }

    /// <summary>Its arguments.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>The folder that it starts in; the process's own without it.</summary>
    public string? Folder { get; init; }

    /// <summary>Further variables of the child; <see langword="null"/> takes one away.</summary>
    public IReadOnlyDictionary<string, string?> Variables { get; init; } = new Dictionary<string, string?>();
}
