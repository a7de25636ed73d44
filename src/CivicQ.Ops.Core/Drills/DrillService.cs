using System.Diagnostics;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Drills;

/// <summary>Starts, watches and ends drills in the lab. There is no way to have it work on another environment.</summary>
public sealed class DrillService
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly IOperationReporter reporter;
    private readonly LabStore lab;
    private readonly DrillStore store;

    /// <summary>The drills of this user's lab.</summary>
    /// <param name="reporter">Where it says what it does.</param>
    public DrillService(IOperationReporter reporter)
        : this(reporter, LabStore.Default)
    {
    }

    /// <summary>The drills of the lab in another folder.</summary>
    internal DrillService(IOperationReporter reporter, LabStore lab)
    {
        (this.reporter, this.lab) = (reporter, lab);
        store = new DrillStore(lab);
    }

    /// <summary>Whether a drill is started.</summary>
    /// <param name="drill">The drill.</param>
    /// <returns>True while it is, also when it is resolved.</returns>
    public bool IsStarted(IDrill drill) => store.Exists(drill.Description.Name);

    /// <summary>Whether a drill can be started, before anybody is asked whether it is to be.</summary>
    /// <param name="drill">The drill.</param>
    /// <returns>The server and its address, for the question.</returns>
    /// <exception cref="OperationException"><c>DrillLabNotRunning</c>, <c>DrillNoServices</c>, <c>DrillAlreadyStarted</c>.</exception>
    public string EnsureStartable(IDrill drill)
    {
        var environment = Lab(drill);
        return IsStarted(drill)
            ? throw new OperationException(DrillErrors.AlreadyStarted, $"The drill {drill.Description.Name} is started already.", drill.Description.Name)
            : drill.Server == LabServerKind.Services ? lab.Read()!.Services!.Address
            : drill.Server == LabServerKind.Storage ? lab.Read()!.Storage!.Address
            : $"PostgreSQL on {environment.Database!.Host}:{environment.Database.Port}";
    }

    /// <summary>Whether a drill can be stopped, before anybody is asked whether it is to be.</summary>
    /// <param name="drill">The drill.</param>
    /// <exception cref="OperationException"><c>DrillNotStarted</c>.</exception>
    public void EnsureStarted(IDrill drill)
    {
        if (!IsStarted(drill))
        {
            throw new OperationException(DrillErrors.NotStarted, $"The drill {drill.Description.Name} is not started.", drill.Description.Name);
        }
    }

    /// <summary>Brings an incident about, and waits until it can be seen.</summary>
    /// <param name="drill">The drill.</param>
    /// <param name="timeout">How long that may take.</param>
    /// <param name="cancellationToken">Ends it; what was done is undone.</param>
    /// <returns>The drill as it stands.</returns>
    /// <exception cref="OperationException">One of <see cref="DrillErrors"/> or <see cref="LabErrors"/>.</exception>
    public async Task<Drill> StartAsync(IDrill drill, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var exclusive = lab.Lock();
        EnsureStartable(drill);
        var name = drill.Description.Name;
        var record = new DrillRecord { Name = name, Started = DateTimeOffset.UtcNow };

        // First of all, so that whatever happens from here on can be cleared up.
        store.Write(record);
        var context = Context(drill, record, timeout);
        try
        {
            reporter.Verbose($"{name}: {drill.Description.Injection}");
            reporter.Progress(new ProgressReport($"Starting the drill {name}", drill.Description.Injection));
            await drill.InjectAsync(context, cancellationToken).ConfigureAwait(false);
            record = record with { Notes = new Dictionary<string, long>(context.Notes) };
            store.Write(record);
            var clock = Stopwatch.StartNew();
            var seen = await drill.LookAsync(context, cancellationToken).ConfigureAwait(false);
            while (!seen.IsThere)
            {
                if (clock.Elapsed > timeout)
                {
                    throw new OperationException(DrillErrors.NotVisible, $"The drill {name} did not become visible within {timeout.TotalSeconds:0} s: {seen.Detail}", name);
                }

                await Task.Delay(Between, cancellationToken).ConfigureAwait(false);
                seen = await drill.LookAsync(context, cancellationToken).ConfigureAwait(false);
            }

            record = record with { DetectedAt = DateTimeOffset.UtcNow };
            store.Write(record);
            return Describe(drill, record, seen.Detail);
        }
        catch
        {
            reporter.Verbose($"{name}: it failed or was stopped, clearing up.");
            try
            {
                await ClearAsync(drill, context).ConfigureAwait(false);
            }
            catch (OperationException error)
            {
                // Not in place of what went wrong first.
                reporter.Warning($"{name} could not be undone; Stop-CivicQDrill tries again. {error.Message}");
            }

            throw;
        }
        finally
        {
            reporter.Progress(new ProgressReport($"Starting the drill {name}", "Done", 1, Completed: true));
        }
    }

    /// <summary>Looks how far a drill has got.</summary>
    /// <param name="drill">The drill.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    /// <returns>The drill; <see langword="null"/> where it is not started.</returns>
    /// <exception cref="OperationException"><c>DrillLabNotRunning</c>, <c>DrillStateInvalid</c>.</exception>
    public async Task<Drill?> GetAsync(IDrill drill, CancellationToken cancellationToken)
    {
        if (store.Read(drill.Description.Name) is not { } record)
        {
            return null;
        }

        DrillSighting seen;
        try
        {
            seen = await drill.LookAsync(Context(drill, record, Patience), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException error) when (error.Definition != DrillErrors.LabNotRunning)
        {
            // A server that cannot be asked has not been mended.
            return Describe(drill, record with { ResolvedAt = null, ResolvedBy = null }, error.Message);
        }

        var now = DateTimeOffset.UtcNow;
        var found = seen.IsThere ? record with { DetectedAt = record.DetectedAt ?? now, ResolvedAt = null, ResolvedBy = null } : record;
        if (!seen.IsThere && record is { DetectedAt: not null, ResolvedAt: null })
        {
            var mended = await DrillJournal.FindAsync(drill.Description, record.Started, now, cancellationToken).ConfigureAwait(false);
            found = record with { ResolvedAt = mended?.Moment ?? now, ResolvedBy = mended?.Cmdlet };
        }

        if (found != record)
        {
            store.Write(found);
        }

        return Describe(drill, found, seen.Detail);
    }

    /// <summary>Looks a last time, and undoes what is left of the incident.</summary>
    /// <param name="drill">The drill.</param>
    /// <param name="cancellationToken">Looked at before the undoing begins; half of it would be of no use.</param>
    /// <returns>The drill as it stood; <see langword="null"/> where nobody could tell.</returns>
    /// <exception cref="OperationException"><c>DrillNotStarted</c>, or what kept it from being undone.</exception>
    public async Task<Drill?> StopAsync(IDrill drill, CancellationToken cancellationToken)
    {
        using var exclusive = lab.Lock();
        EnsureStarted(drill);
        Drill? last = null;
        DrillRecord? record = null;
        try
        {
            record = store.Read(drill.Description.Name);
            last = await GetAsync(drill, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException error)
        {
            reporter.Warning($"{drill.Description.Name}: how far it had got is not known. {error.Message}");
        }

        cancellationToken.ThrowIfCancellationRequested();
        await ClearAsync(drill, Context(drill, record ?? new DrillRecord { Name = drill.Description.Name, Started = DateTimeOffset.UtcNow }, Patience)).ConfigureAwait(false);
        return last;
    }

    /// <summary>The error where there is no lab.</summary>
    internal static OperationException NoLab() => new(DrillErrors.LabNotRunning, "The lab does not run, or its PostgreSQL does not.", LabEnvironment.Name);

    private async Task ClearAsync(IDrill drill, DrillContext context)
    {
        // Also when Ctrl+C was pressed: a drill that is left by half helps nobody.
        await LabHolder.EndAsync(context.Folder).ConfigureAwait(false);
        await drill.ClearAsync(context, CancellationToken.None).ConfigureAwait(false);
        await store.RemoveAsync(drill.Description.Name).ConfigureAwait(false);
    }

    private DrillContext Context(IDrill drill, DrillRecord record, TimeSpan timeout) => new(
        new EnvironmentContext(Lab(drill), new SecretResolver(), reporter) { Timeout = Patience }, lab, store.Folder(record.Name), record.Notes, timeout);

    private CivicQEnvironment Lab(IDrill drill)
    {
        var environment = LabEnvironment.Read(lab) ?? throw NoLab();
        if (drill.Server == LabServerKind.Storage)
        {
            return environment.Storage is not null
                ? environment
                : throw new OperationException(DrillErrors.NoStorage, $"The drill {drill.Description.Name} is for storage, and the lab was started without.", drill.Description.Name);
        }

        if (drill.Server != LabServerKind.Services)
        {
            return environment is { Database: not null } && lab.Read()?.Server(LabServerKind.Postgres)?.Process is { IsRunning: true } ? environment : throw NoLab();
        }

        var (name, platforms) = (drill.Description.Name, drill.Description.Platforms);
        return lab.Read()?.Services is not { IsStarted: true } services
            ? throw new OperationException(DrillErrors.NoServices, $"The drill {name} is for services, and the lab was started without.", name)
            : platforms.Count > 0 && !platforms.Contains(services.Platform)
            ? throw new OperationException(DrillErrors.NoServices, $"The drill {name} is for {string.Join(", ", platforms)}; the lab's services run on {services.Platform}, where there is no such incident.", name)
            : environment;
    }

    private static Drill Describe(IDrill drill, DrillRecord record, string detail) => new()
    {
        Name = record.Name,
        Started = record.Started,
        Symptom = drill.Description.Symptom,
        Hint = drill.Description.Hint,
        Detected = record.DetectedAt is not null,
        Resolved = record.ResolvedAt is not null,
        DetectedAt = record.DetectedAt,
        ResolvedAt = record.ResolvedAt,
        ResolvedBy = record.ResolvedBy,
        Detail = detail,
    };
}
