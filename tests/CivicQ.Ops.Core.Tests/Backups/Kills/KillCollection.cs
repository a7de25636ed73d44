namespace CivicQ.Ops.Core.Tests.Backups.Kills;

/// <summary>The tests that kill the command <c>civicq</c>, or the servers that it talks to; one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class KillCollection : ICollectionFixture<ArchivingDatabase>
{
    public const string Name = "Kills";
}
