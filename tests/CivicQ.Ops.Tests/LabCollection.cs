namespace CivicQ.Ops.Tests;

/// <summary>Tests that use the lab, or this process's variables, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class LabCollection : ICollectionFixture<LabFixture>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "lab";
}
