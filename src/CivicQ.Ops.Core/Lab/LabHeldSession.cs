namespace CivicQ.Ops.Core.Lab;

/// <summary>Sessions of one kind that <see cref="LabHolder"/> opens and holds.</summary>
internal sealed record LabHeldSession
{
    /// <summary>The connection string, password included: it is written into a file that is its owner's alone.</summary>
    public required string Connection { get; init; }

    /// <summary>How many.</summary>
    public int Count { get; init; } = 1;

    /// <summary>What is run first, one after the other; the next session is opened when it has ended.</summary>
    public IReadOnlyList<string> Statements { get; init; } = [];

    /// <summary>What is run then, however long it takes; without it the session waits, as an idle one does.</summary>
    public IReadOnlyList<string> Then { get; init; } = [];

    /// <summary>True where <see cref="Then"/> is run again and again, also after a deadlock, until the session is cancelled or ended.</summary>
    public bool Repeat { get; init; }
}
