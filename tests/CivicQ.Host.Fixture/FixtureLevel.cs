namespace CivicQ.Host.Fixture;

/// <summary>An enumeration with two names of the same beginning.</summary>
public enum FixtureLevel
{
    /// <summary>Low.</summary>
    Low,

    /// <summary>Medium.</summary>
    Medium,

    /// <summary>High.</summary>
    High,

    /// <summary>Highest.</summary>
    Highest,
}
