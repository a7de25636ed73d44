namespace CivicQ.Ops.Core.Tests.Backups;

/// <summary>The tests that share one PostgreSQL to back up; one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class BackupCollection : ICollectionFixture<BackupFixture>
{
    public const string Name = "backups";
}
