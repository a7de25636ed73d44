namespace CivicQ.Lab;

/// <summary>Sessions of one kind that a drill holds.</summary>
internal sealed record HeldSession
{
    /// <summary>The connection string.</summary>
    public required string Connection { get; init; }

    /// <summary>How many.</summary>
    public int Count { get; init; } = 1;

    /// <summary>What is run first, to its end.</summary>
    public string[] Statements { get; init; } = [];

    /// <summary>What is run then, however long it takes; without it the session stays idle.</summary>
    public string[] Then { get; init; } = [];

    /// <summary>True where <see cref="Then"/> is run again and again.</summary>
    public bool Repeat { get; init; }
}
