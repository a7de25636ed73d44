using CivicQ.Ops.Core.Drills;
using CivicQ.Ops.Core.Drills.Backups;
using CivicQ.Ops.Core.Drills.Database;
using CivicQ.Ops.Core.Drills.Services;
using CivicQ.Ops.Core.Drills.Storage;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Procedures;

/// <summary>The drills of all systems: the one list to add to.</summary>
public static class DrillCatalogue
{
    /// <summary>Every drill, in the order of the runbook.</summary>
    public static IReadOnlyList<IDrill> All { get; } =
    [
        new IdleConnectionsDrill(),
        new LockChainDrill(),
        new SlowQueryDrill(),
        new DeadlockDrill(),
        new DeadTuplesDrill(),
        new InvalidIndexDrill(),
        new ReplicaLagDrill(),
        new TransactionAgeDrill(),
        new DroppedTableDrill(),
        new CorruptedBackupDrill(),
        new CrashedContainerDrill(),
        new CrashLoopDrill(),
        new ImagePullDrill(),
        new StuckRolloutDrill(),
        new OomKillDrill(),
        new UnreadyProbeDrill(),
        new MemoryPressureDrill(),
        new DeletedObjectDrill(),
        new OverwrittenObjectDrill(),
        new BucketRefusingDrill(),
        new ExpiredStorageCredentialDrill(),
    ];

    /// <summary>A drill by its name.</summary>
    /// <param name="name">The name, regardless of case.</param>
    /// <returns>The drill.</returns>
    /// <exception cref="OperationException"><c>DrillNotFound</c>.</exception>
    public static IDrill Named(string name) =>
        All.FirstOrDefault(drill => drill.Description.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new OperationException(DrillErrors.NotFound, $"There is no drill '{name}'. There are: {string.Join(", ", All.Select(drill => drill.Description.Name))}.", name);
}
