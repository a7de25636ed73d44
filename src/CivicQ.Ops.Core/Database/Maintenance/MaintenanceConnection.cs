using System.Data;
using Npgsql;

namespace CivicQ.Ops.Core.Database.Maintenance;

/// <summary>A connection that remembers what the server warned of: VACUUM and ANALYZE only warn where they leave a table alone.</summary>
internal sealed class MaintenanceConnection : IAsyncDisposable
{
    private readonly List<PostgresNotice> warnings = [];

    /// <summary>Creates it.</summary>
    /// <param name="inner">The open connection.</param>
    /// <param name="backend">Its session.</param>
    public MaintenanceConnection(NpgsqlConnection inner, MaintenanceBackend backend)
    {
        (Inner, Backend) = (inner, backend);
        inner.Notice += (_, arguments) => warnings.Add(arguments.Notice);
    }

    /// <summary>The connection itself.</summary>
    public NpgsqlConnection Inner { get; }

    /// <summary>Its session on the server.</summary>
    public MaintenanceBackend Backend { get; }

    /// <summary>True until the connection broke.</summary>
    public bool IsOpen => Inner.State == ConnectionState.Open;

    /// <summary>Runs a statement that gives no rows.</summary>
    /// <returns>What the server warned of meanwhile.</returns>
    public async Task<IReadOnlyList<PostgresNotice>> ExecuteAsync(string statement, CancellationToken cancellationToken)
    {
        warnings.Clear();
        await using var command = new NpgsqlCommand(statement, Inner);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        return warnings;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Inner.DisposeAsync();
}
