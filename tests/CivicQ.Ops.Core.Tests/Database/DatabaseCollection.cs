namespace CivicQ.Ops.Core.Tests.Database;

/// <summary>The tests that share one PostgreSQL; one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class DatabaseCollection : ICollectionFixture<DatabaseFixture>
{
    public const string Name = "database";
}
