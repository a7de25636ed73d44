namespace CivicQ.Ops.Tests.Conformance.SideBySide;

/// <summary>One case of <c>tests/Conformance/SideBySide</c>; its README explains the keys.</summary>
public sealed record SideBySideCase
{
    public required string Name { get; init; }

    public required string Platform { get; init; }

    public List<List<string>> Before { get; init; } = [];

    public List<List<string>> Twice { get; init; } = [];

    public required List<string> Tool { get; init; }

    public string? Ours { get; init; }

    public List<string>? Each { get; init; }

    public List<string> Fields { get; init; } = [];

    public int Heading { get; init; }

    public string Separator { get; init; } = "\t";

    public string? None { get; init; }

    public string? Act { get; init; }

    public string? Outcome { get; init; }

    public SideBySideFailure? Fails { get; init; }

    public List<List<string>> After { get; init; } = [];

    public List<List<string>> Same { get; init; } = [];

    public List<List<string>> Changed { get; init; } = [];

    public List<List<string>> Kept { get; init; } = [];
}
