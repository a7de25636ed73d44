namespace CivicQ.Ops.Core.Database.Migrations;

/// <summary>The way that a migration is to take.</summary>
/// <param name="Direction">Up or down.</param>
/// <param name="From">The revisions that the database is at.</param>
/// <param name="To">The revisions that it is to be at.</param>
/// <param name="Revisions">The revisions to apply or to take back, in this order; none where it is there already.</param>
/// <param name="Argument">The target as Alembic is told.</param>
internal sealed record MigrationPlan(
    MigrationDirection Direction, IReadOnlyList<string> From, IReadOnlyList<string> To, IReadOnlyList<string> Revisions, string Argument)
{
    /// <summary>Alembic's command.</summary>
    public string Command => Direction == MigrationDirection.Upgrade ? "upgrade" : "downgrade";

    /// <summary>Revisions as people write them.</summary>
    public static string Named(IReadOnlyCollection<string> revisions) => revisions.Count == 0 ? "base" : string.Join(", ", revisions);
}
