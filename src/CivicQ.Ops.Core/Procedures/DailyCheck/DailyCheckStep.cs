namespace CivicQ.Ops.Core.Procedures.DailyCheck;

/// <summary>One step of the manual's morning checklist, as <c>Data/procedures/daily-check.json</c> lists them.</summary>
public sealed record DailyCheckStep
{
    /// <summary>Its number in the manual.</summary>
    public required int Step { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The components that it checks, by the names of their probes.</summary>
    public required IReadOnlyList<string> Components { get; init; }

    /// <summary>The check whose value stands for the step while all is well; the first one without it.</summary>
    public string? Headline { get; init; }
}
