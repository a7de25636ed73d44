using System.Text.Json;

namespace CivicQ.Ops.Tests.Conformance;

/// <summary>One case of <c>tests/Conformance</c>; its README explains the keys.</summary>
public sealed record ConformanceCase
{
    public required string Name { get; init; }

    public required string Command { get; init; }

    public Dictionary<string, string?> Variables { get; init; } = [];

    public string? Needs { get; init; }

    public List<Dictionary<string, JsonElement>>? Output { get; init; }

    public int? Count { get; init; }

    public List<string> Errors { get; init; } = [];

    public List<string> Messages { get; init; } = [];

    public List<string> Categories { get; init; } = [];

    public bool Terminates { get; init; }

    public List<string>? WhatIf { get; init; }
}
