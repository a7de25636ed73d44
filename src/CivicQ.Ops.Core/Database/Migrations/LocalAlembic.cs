using CivicQ.Ops.Core.Environments;

namespace CivicQ.Ops.Core.Database.Migrations;

/// <summary>Alembic on this machine.</summary>
/// <param name="settings">Where the project is.</param>
internal sealed class LocalAlembic(MigrationSettings settings) : AlembicPlace
{
    /// <inheritdoc/>
    public override string? Instance => null;

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => default;

    /// <inheritdoc/>
    internal override Task<AlembicProject> ReadAsync(CancellationToken cancellationToken) => Task.FromResult(AlembicProject.Read(settings));

    /// <inheritdoc/>
    internal override Task<int> RunAsync(
        AlembicProject project, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> variables, Action<string, bool> line, CancellationToken cancellationToken) =>
        AlembicProcess.RunAsync(project, arguments, variables, line, cancellationToken);
}
