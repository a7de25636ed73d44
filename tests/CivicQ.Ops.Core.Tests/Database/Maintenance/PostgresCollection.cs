namespace CivicQ.Ops.Core.Tests.Database.Maintenance;

/// <summary>The tests that share one server.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresFixture>
{
    public const string Name = "Postgres of database changes";
}
