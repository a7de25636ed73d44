namespace CivicQ.Ops.Core.Database.Migrations;

/// <summary>Where a migration is to go to.</summary>
/// <param name="Direction">Up or down.</param>
/// <param name="Revision">A revision, its beginning, <c>head</c>, <c>heads</c>, <c>base</c>, <c>+N</c>; <see langword="null"/> where <paramref name="Steps"/> counts.</param>
/// <param name="Steps">So many revisions down.</param>
public sealed record MigrationTarget(MigrationDirection Direction, string? Revision, int Steps = 0);
