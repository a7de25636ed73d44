namespace CivicQ.Ops.Core.Tests.Backups.Physical;

[CollectionDefinition(Name)]
public class PhysicalCollection : ICollectionFixture<ArchivingServer>
{
    public const string Name = "Physical backups";
}
