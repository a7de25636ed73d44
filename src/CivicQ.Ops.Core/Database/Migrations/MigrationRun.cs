using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Operations;
using Npgsql;

namespace CivicQ.Ops.Core.Database.Migrations;

/// <summary>
/// One migration of one database by the real Alembic. A connection of its own holds an advisory lock meanwhile, so that a second run
/// waits for nothing and changes nothing; it also reads, before and after, where the database is.
/// </summary>
public sealed class MigrationRun : IAsyncDisposable
{
    // Of this project's own choosing: "CQ" and "migrate".
    private const int LockClass = 0x4351;
    private const int LockObject = 0x6d696772;
    private const string Writable = "SELECT pg_is_in_recovery(), current_setting('transaction_read_only') = 'on'";

    // Where Alembic is not seen to be dead, so long may it take to come forward.
    private static readonly TimeSpan Unseen = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Reach = TimeSpan.FromSeconds(30);
    private readonly EnvironmentContext context;
    private readonly NpgsqlConnection connection;
    private readonly AlembicPlace place;
    private readonly AlembicProject project;
    private readonly AlembicAddress address;
    private readonly MigrationGraph graph;
    private readonly MigrationPlan plan;

    private MigrationRun(
        EnvironmentContext context, NpgsqlConnection connection, AlembicPlace place, AlembicProject project, MigrationGraph graph, AlembicAddress address, MigrationPlan plan) =>
        (this.context, this.connection, this.place, this.project, this.graph, this.address, this.plan) = (context, connection, place, project, graph, address, plan);

    /// <summary>True when the database is where it is to be, and there is nothing to run.</summary>
    public bool IsThere => plan.Revisions.Count == 0;

    /// <summary>The database, for questions: server and name.</summary>
    public string Target => DatabaseReader.TargetOf(connection);

    /// <summary>What would be done, for questions.</summary>
    public string Action => $"{(plan.Direction == MigrationDirection.Upgrade ? "Upgrade" : "Downgrade")} from {MigrationPlan.Named([.. plan.From])} to {MigrationPlan.Named([.. plan.To])} "
        + $"({plan.Revisions.Count} {(plan.Revisions.Count == 1 ? "revision" : "revisions")}: {string.Join(", ", plan.Revisions)})";

    /// <summary>The result where nothing is run.</summary>
    public MigrationResult Nothing => Result(MigrationOutcome.AlreadyThere, plan.From, []);

    /// <summary>Connects, reads the scripts and where the database is, and finds the way. Changes nothing.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="place">Where its Alembic is; <see langword="null"/> where the environment has no <c>database.migrations</c>. It must live as long as the run.</param>
    /// <param name="target">Where to go.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The run, to be disposed of.</returns>
    /// <exception cref="OperationException">One of <see cref="MigrationErrors"/> or <see cref="DatabaseErrors"/>.</exception>
    public static async Task<MigrationRun> PrepareAsync(EnvironmentContext context, AlembicPlace? place, MigrationTarget target, CancellationToken cancellationToken)
    {
        var there = place ?? throw new OperationException(
            EnvironmentErrors.ComponentNotConfigured,
            $"Environment '{context.Name}' does not say where its Alembic project is: database.migrations.folder is not set.", context.Name);
        var project = await there.ReadAsync(cancellationToken).ConfigureAwait(false);
        var graph = new MigrationGraph(project.Scripts);
        var address = await AlembicAddress.ResolveAsync(context, cancellationToken).ConfigureAwait(false);
        var connection = await DatabaseConnector.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        try
        {
            // It waits for the backup and for Alembic, and its session is the lock.
            await LastingSession.LiftTimeoutsAsync(connection, context.Timeout, cancellationToken).ConfigureAwait(false);
            var current = await VersionTable.ReadAsync(connection, context.Timeout, cancellationToken).ConfigureAwait(false) ?? [];
            return new MigrationRun(context, connection, there, project, graph, address, MigrationPlanner.Plan(graph, current, target));
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Has Alembic write the SQL, without a connection: its offline mode.</summary>
    /// <param name="cancellationToken">Kills Alembic.</param>
    /// <returns>The plan; its SQL is missing, with a warning, where the offline mode cannot write it.</returns>
    /// <exception cref="OperationException"><c>MigrationProgramNotInstalled</c>.</exception>
    public async Task<MigrationResult> PreviewAsync(CancellationToken cancellationToken)
    {
        var planned = Result(MigrationOutcome.Planned, plan.To, plan.Revisions);
        if (plan.From.Count > 1)
        {
            context.Reporter.Warning($"{context.Name}: Alembic writes no SQL from several revisions ({MigrationPlan.Named([.. plan.From])}).");
            return planned;
        }

        var output = new AlembicOutput(context, address, plan);
        var way = plan.Direction == MigrationDirection.Upgrade && plan.From.Count == 0 ? plan.Argument : $"{MigrationPlan.Named([.. plan.From])}:{plan.Argument}";
        var clock = Stopwatch.StartNew();
        var code = await place.RunAsync(project, [plan.Command, way, "--sql"], Variables("preview", new MigrationOptions()), output.Line, cancellationToken).ConfigureAwait(false);
        if (code == 0)
        {
            return planned with { Sql = output.Text, Duration = clock.Elapsed };
        }

        context.Reporter.Warning($"{context.Name}: Alembic cannot write these revisions as SQL: {output.Reason}");
        return planned with { Duration = clock.Elapsed };
    }

    /// <summary>Migrates, and sees that the database is where it should be.</summary>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Kills Alembic and its statement; where the database is then is said as a warning.</param>
    /// <returns>The result.</returns>
    /// <exception cref="OperationException">One of <see cref="MigrationErrors"/>.</exception>
    public async Task<MigrationResult> ExecuteAsync(MigrationOptions options, CancellationToken cancellationToken)
    {
        if (!place.TakesAddress)
        {
            await SameDatabaseAsync(cancellationToken).ConfigureAwait(false);
        }
        else if (options.LockTimeout is not null && address.IsDeaf)
        {
            throw new OperationException(
                MigrationErrors.LockTimeoutNotHeeded, $"{Target}: the address names the driver {address.Driver}, which takes no settings from here: -LockTimeoutSeconds would have no effect. Nothing was done.", Target);
        }

        await CheckAsync(cancellationToken).ConfigureAwait(false);
        // Its sessions are known by their name when they must be ended.
        var name = $"{DatabaseConnector.ApplicationName} migration {Convert.ToHexString(RandomNumberGenerator.GetBytes(4))}";
        var output = new AlembicOutput(context, address, plan);
        var sessions = new AlembicSessions(context, connection, name);
        await sessions.BeginAsync(cancellationToken).ConfigureAwait(false);
        var clock = Stopwatch.StartNew();
        using var over = new CancellationTokenSource();
        var watching = sessions.WatchAsync(() => Deaf(options), over.Token);
        int code;
        try
        {
            context.Reporter.Progress(new ProgressReport(output.Activity, $"Starting {Path.GetFileName(project.Program)}{(place.Instance is { } instance ? $" in {instance}" : "")}", 0));
            code = await place.RunAsync(project, [plan.Command, plan.Argument], Variables(name, options), output.Line, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await over.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
            await sessions.EndAsync(await IsDeadAsync(name).ConfigureAwait(false) ? TimeSpan.Zero : Unseen).ConfigureAwait(false);
            var at = await WhereAsync().ConfigureAwait(false);
            context.Reporter.Warning($"{context.Name}: Alembic was stopped. The database is at {(at is null ? "a revision that could not be read" : MigrationPlan.Named([.. at]))} (it was at {MigrationPlan.Named([.. plan.From])}).");
            throw;
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
            context.Reporter.Progress(new ProgressReport(output.Activity, "Done", 1, Completed: true));
        }

        var duration = clock.Elapsed;
        if (code != 0)
        {
            await sessions.EndAsync(TimeSpan.Zero).ConfigureAwait(false);
        }

        await EnsureHeldAsync().ConfigureAwait(false);
        return Judge(code, await WhereAsync().ConfigureAwait(false), output.Reason) with { Duration = duration };
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private MigrationResult Judge(int code, IReadOnlyList<string>? at, string reason)
    {
        var (before, after) = (graph.WithAncestors(plan.From), graph.WithAncestors(at ?? []));
        var done = plan.Revisions.Where(revision => before.Contains(revision) != after.Contains(revision)).ToList();
        var place = at is null ? "Where the database is now could not be read" : $"The database is at {MigrationPlan.Named([.. at])}";
        var report = $"{place} (it was at {MigrationPlan.Named([.. plan.From])}); {done.Count} of {plan.Revisions.Count} revisions were done.";
        if (code != 0)
        {
            throw new OperationException(MigrationErrors.Failed, $"{Target}: Alembic ended with code {code}: {reason} {report}", Target);
        }

        return at is not null && done.Count == plan.Revisions.Count
            ? Result(MigrationOutcome.Migrated, at, done)
            : throw new OperationException(MigrationErrors.NotVerified, $"{Target}: Alembic ended without an error, but the database is not at {MigrationPlan.Named([.. plan.To])}. {report}", Target);
    }

    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        var (replica, readOnly) = await DatabaseReader.OneAsync(connection, context.Timeout, Writable, [], reader => (reader.GetBoolean(0), reader.GetBoolean(1)), cancellationToken).ConfigureAwait(false);
        if (replica || readOnly)
        {
            throw new OperationException(MigrationErrors.NotWritable, $"{Target}: {(replica ? "this is a replica" : "the database takes no writes at the moment")}.", Target);
        }

        var locked = await DatabaseReader.OneAsync(
            connection, context.Timeout, "SELECT pg_try_advisory_lock($1, $2)", [new NpgsqlParameter<int> { TypedValue = LockClass }, new NpgsqlParameter<int> { TypedValue = LockObject }],
            reader => reader.GetBoolean(0), cancellationToken).ConfigureAwait(false);
        if (!locked)
        {
            throw new OperationException(MigrationErrors.Busy, $"{Target}: another Update-CivicQMigration or Undo-CivicQMigration is under way.", Target);
        }

        // Whoever just looks at the version is gone again at the next look.
        var clock = Stopwatch.StartNew();
        for (var holder = await HolderAsync().ConfigureAwait(false); holder is not null; holder = await HolderAsync().ConfigureAwait(false))
        {
            if (clock.Elapsed > TimeSpan.FromSeconds(2))
            {
                throw new OperationException(MigrationErrors.Busy, $"{Target}: {holder} holds alembic_version: a migration or a dump is under way.", Target);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken).ConfigureAwait(false);
        }

        // What was planned on must still be so, now that nobody else can change it.
        var now = await VersionTable.ReadAsync(connection, context.Timeout, cancellationToken).ConfigureAwait(false) ?? [];
        if (!now.Order(StringComparer.Ordinal).SequenceEqual(plan.From.Order(StringComparer.Ordinal), StringComparer.Ordinal))
        {
            throw new OperationException(MigrationErrors.Busy, $"{Target}: the database was migrated meanwhile, to {MigrationPlan.Named([.. now])}.", Target);
        }

        Task<string?> HolderAsync() => VersionTable.HolderAsync(connection, context.Timeout, cancellationToken);
    }

    private Dictionary<string, string> Variables(string name, MigrationOptions options)
    {
        var result = new Dictionary<string, string>
        {
            ["PGAPPNAME"] = name,
            ["PGCONNECT_TIMEOUT"] = Math.Max(2, (int)Math.Ceiling(context.Timeout.TotalSeconds)).ToString(CultureInfo.InvariantCulture),
        };
        if (place.TakesAddress)
        {
            result[AlembicAddress.Variable] = options.LockTimeout is { } wait ? address.With(LockTimeout(wait)) : address.Url;
        }

        if (options.LockTimeout is { } limit)
        {
            var setting = LockTimeout(limit);
            // Elsewhere it is added to what the variable has there.
            result["PGOPTIONS"] = $"{(place.TakesAddress ? Environment.GetEnvironmentVariable("PGOPTIONS") : "")} {setting}".Trim();
        }

        return result;
    }

    private static string LockTimeout(TimeSpan limit) => string.Create(CultureInfo.InvariantCulture, $"-c lock_timeout={Math.Max(1, (long)limit.TotalMilliseconds)}");

    // Alembic has an address of its own there. That it sees the revisions that are seen here is what can be known before anything is changed.
    private async Task SameDatabaseAsync(CancellationToken cancellationToken)
    {
        var output = new AlembicOutput(context, address, plan);
        var code = await place.RunAsync(project, ["current"], Variables("current", new MigrationOptions()), output.Line, cancellationToken).ConfigureAwait(false);
        if (code != 0)
        {
            throw new OperationException(MigrationErrors.Failed, $"{Target}: 'alembic current' in {place.Instance} ended with code {code}: {output.Reason} Nothing was done.", Target);
        }

        var seen = output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => line.Split(' ')[0]).Order(StringComparer.Ordinal).ToArray();
        if (!seen.SequenceEqual(plan.From.Order(StringComparer.Ordinal), StringComparer.Ordinal))
        {
            throw new OperationException(
                MigrationErrors.OtherDatabase, $"{Target} is at {MigrationPlan.Named([.. plan.From])}, and the database of {place.Instance} at {MigrationPlan.Named(seen)}: they are not the same. Nothing was done.", Target);
        }
    }

    private void Deaf(MigrationOptions options)
    {
        if (options.LockTimeout is not null)
        {
            context.Reporter.Warning($"{context.Name}: Alembic's driver does not heed PGOPTIONS (asyncpg, pg8000): -LockTimeoutSeconds has no effect on this migration.");
        }
    }

    // The process here was killed with its children; elsewhere it only lost whom it spoke to.
    private async Task<bool> IsDeadAsync(string name)
    {
        using var limit = new CancellationTokenSource(Reach);
        try
        {
            await place.KillAsync(name, limit.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception error) when (error is OperationException or OperationCanceledException)
        {
            context.Reporter.Warning($"{context.Name}: Alembic may still run in {place.Instance}, where it could not be killed: {error.Message}");
            return false;
        }
    }

    private async Task EnsureHeldAsync()
    {
        try
        {
            await LastingSession.EnsureAliveAsync(connection, context.Timeout, CancellationToken.None).ConfigureAwait(false);
        }
        catch (OperationException error)
        {
            context.Reporter.Warning($"{context.Name}: the session that kept other migrations out was lost meanwhile, so another may have begun: {error.Message}");
        }
    }

    // On a new connection where the old one is broken: that is what a server's restart leaves.
    private async Task<IReadOnlyList<string>?> WhereAsync()
    {
        try
        {
            var fresh = await DatabaseConnector.OpenAsync(context, CancellationToken.None).ConfigureAwait(false);
            await using var closing = fresh.ConfigureAwait(false);
            return await VersionTable.ReadAsync(fresh, context.Timeout, CancellationToken.None).ConfigureAwait(false) ?? [];
        }
        catch (OperationException error)
        {
            context.Reporter.Warning($"{context.Name}: where the database is now could not be read: {error.Message}");
            return null;
        }
    }

    private MigrationResult Result(MigrationOutcome outcome, IReadOnlyList<string> to, IReadOnlyList<string> revisions) => new()
    {
        Environment = context.Name,
        Database = connection.Database,
        Instance = place.Instance,
        Direction = plan.Direction,
        Outcome = outcome,
        From = plan.From,
        To = to,
        Revisions = revisions,
    };
}
