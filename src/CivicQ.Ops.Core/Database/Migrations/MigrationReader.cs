using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Database.Migrations;

/// <summary>Tells which of Alembic's revisions a database has. Neither Alembic nor Python is needed.</summary>
public static class MigrationReader
{
    /// <summary>Reads it.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="place">Where its Alembic project is; without it only what the database itself knows.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The revisions, each behind those that it comes after; what the scripts do not know comes last.</returns>
    /// <exception cref="OperationException">One of <see cref="DatabaseErrors"/> or <see cref="MigrationErrors"/>.</exception>
    public static async Task<IReadOnlyList<DatabaseMigration>> ReadAsync(EnvironmentContext context, AlembicPlace? place, CancellationToken cancellationToken)
    {
        var project = place is null ? null : await place.ReadAsync(cancellationToken).ConfigureAwait(false);
        var graph = project is null ? null : new MigrationGraph(project.Scripts);
        var connection = await DatabaseConnector.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        await using var closing = connection.ConfigureAwait(false);
        var versions = await VersionTable.ReadAsync(connection, context.Timeout, cancellationToken).ConfigureAwait(false);
        if (versions is null)
        {
            context.Reporter.Verbose($"{context.Name}: database '{connection.Database}' has no table alembic_version: Alembic has never migrated it.");
        }

        if (graph is null)
        {
            context.Reporter.Verbose($"{context.Name}: database.migrations is not set, so only what the database itself knows is shown.");
        }

        var current = versions ?? [];
        var applied = graph?.WithAncestors(current) ?? [];
        return
        [
            .. (graph?.Ordered ?? []).Select(script => new DatabaseMigration
            {
                Environment = context.Name,
                Database = connection.Database,
                Revision = script.Revision,
                State = applied.Contains(script.Revision) ? MigrationState.Applied : MigrationState.Pending,
                IsCurrent = current.Contains(script.Revision, StringComparer.Ordinal),
                IsHead = graph!.Heads.Contains(script.Revision, StringComparer.Ordinal),
                DownRevision = script.DownRevisions,
                Message = script.Message,
                BranchLabels = script.BranchLabels,
                DependsOn = script.DependsOn,
                CreatedAt = script.CreatedAt,
                File = script.File,
            }),
            .. current.Where(revision => graph?.Find(revision) is null).Select(revision => new DatabaseMigration
            {
                Environment = context.Name,
                Database = connection.Database,
                Revision = revision,
                State = graph is null ? MigrationState.Applied : MigrationState.Unknown,
                IsCurrent = true,
                Detail = graph is null ? "" : $"The database is at this revision, and {project!.Folder}{(place!.Instance is { } instance ? $" of {instance}" : "")} does not have it: another release migrated the database.",
            }),
        ];
    }

    /// <summary>The revisions that the scripts on this machine have, the newest first. Asks no server.</summary>
    /// <param name="settings">Where the project is.</param>
    /// <returns>Ids, and what they are for; none of a project that is elsewhere.</returns>
    /// <exception cref="OperationException"><c>MigrationProjectNotFound</c>, <c>MigrationScriptsInvalid</c>.</exception>
    public static IReadOnlyList<(string Revision, string Message)> Revisions(MigrationSettings settings) =>
        settings is { Service: not null } ? [] : [.. new MigrationGraph(AlembicProject.Read(settings).Scripts).Ordered.Reverse().Select(script => (script.Revision, script.Message))];
}
