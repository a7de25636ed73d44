using CivicQ.Ops.Core.Tests.Database.Versions;

namespace CivicQ.Ops.Core.Tests.Database.Maintenance;

/// <summary>The tests that share one server, and those that share one of each further version.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresFixture>, ICollectionFixture<VersionsFixture>
{
    public const string Name = "Postgres of database changes";
}
