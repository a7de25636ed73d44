using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Measures;

namespace CivicQ.Ops.Core.Database.Maintenance;

/// <summary>What a maintenance run would do, found out without changing anything: to be shown, agreed to, and run. It holds a connection.</summary>
public sealed class MaintenancePlan : IAsyncDisposable
{
    private const int Shown = 5;
    private readonly MaintenanceServer server;
    private readonly MaintenanceControl control;
    private readonly EnvironmentContext context;
    private readonly MaintenanceLimits limits;

    internal MaintenancePlan(MaintenanceServer server, MaintenanceControl control, EnvironmentContext context, MaintenanceLimits limits, string action)
    {
        (this.server, this.control, this.context, this.limits, Action) = (server, control, context, limits, action);
    }

    /// <summary>What is done, for example <c>VACUUM (ANALYZE)</c>.</summary>
    public string Action { get; }

    /// <summary>The real thing that it is done to.</summary>
    public string Target
    {
        get
        {
            var noun = Items.All(item => item.IsTable) ? "table" : "index";
            var plural = Items.Count == 1 ? noun : noun == "index" ? "indexes" : "tables";
            var names = string.Join(", ", Items.OrderByDescending(item => item.Weight).Take(Shown).Select(item => item.Name));
            return $"{Items.Count} {plural} of database '{Database}' of environment '{context.Name}' ({server.Address}), {Measure.Bytes(Items.Sum(item => item.BytesBefore ?? 0))}: {names}{(Items.Count > Shown ? ", …" : "")}";
        }
    }

    /// <summary>The database.</summary>
    public string Database => control.Database;

    /// <summary>How many tables or indexes there are to work on.</summary>
    public int Count => Items.Count;

    /// <summary>The tables or indexes, largest first, for those who want to see all.</summary>
    public IEnumerable<string> Names => Items.OrderByDescending(item => item.Weight).Select(item => item.Name);

    /// <summary>What was named and is not there.</summary>
    public IReadOnlyList<OperationException> Missing { get; internal init; } = [];

    internal IReadOnlyList<MaintenanceItem> Items { get; init; } = [];

    internal string? Closing { get; init; }

    /// <summary>Does it.</summary>
    /// <param name="write">Takes each result as it comes; called by several workers at once.</param>
    /// <param name="cancellationToken">Stops it: running statements are cancelled and awaited, and what they left is cleaned up.</param>
    /// <returns>The running work.</returns>
    /// <exception cref="OperationException"><c>MaintenanceAlreadyRunning</c>, or one of <see cref="DatabaseErrors"/>.</exception>
    public Task RunAsync(Func<MaintenanceResult, CancellationToken, ValueTask> write, CancellationToken cancellationToken) =>
        new MaintenanceRun(server, control, context.Name, limits, context.Reporter)
            .RunAsync($"{Action} on {context.Name}/{Database}", Items, Closing, write, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => control.DisposeAsync();

    /// <summary>Connects, has the plan made, and closes the connection where that fails.</summary>
    internal static async Task<MaintenancePlan> MakeAsync(
        EnvironmentContext context, string? database, Func<MaintenanceServer, MaintenanceControl, Task<MaintenancePlan>> make, CancellationToken cancellationToken)
    {
        var server = await MaintenanceServer.ResolveAsync(context, database, cancellationToken).ConfigureAwait(false);
        var control = await MaintenanceControl.OpenAsync(server, cancellationToken).ConfigureAwait(false);
        try
        {
            return await make(server, control).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            await control.DisposeAsync().ConfigureAwait(false);
            if (error is Npgsql.NpgsqlException)
            {
                throw DatabaseConnector.Translate(error, server.Address);
            }

            throw;
        }
    }
}
