namespace CivicQ.Ops.Core.Tests.Backups.Service;

/// <summary>The tests that share one Compose project; one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class ServiceBackupCollection : ICollectionFixture<ServiceBackupFixture>
{
    public const string Name = "service backups";
}
