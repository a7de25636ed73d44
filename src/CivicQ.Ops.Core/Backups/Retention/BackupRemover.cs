using CivicQ.Ops.Core.Backups.Stores;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Backups.Retention;

/// <summary>Removes backups: those that a rule lets go, or those that are named. Never the newest good one of its kind; another environment's only by name.</summary>
public sealed class BackupRemover : IAsyncDisposable
{
    private readonly BackupShelf shelf;

    private BackupRemover(BackupShelf shelf, IReadOnlyList<BackupRemoval> plan) => (this.shelf, Plan) = (shelf, plan);

    /// <summary>Every backup that was judged, with what is to become of it.</summary>
    public IReadOnlyList<BackupRemoval> Plan { get; }

    /// <summary>Works out what may go. Nothing is removed yet.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="query">Which backups; those that are named go whatever the rule says.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="refuse">Told of a name that no backup has, and of a named backup that may not go.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The remover, to be disposed of.</returns>
    /// <exception cref="OperationException"><see cref="BackupErrors.NoPlace"/>, or the place's own errors.</exception>
    public static async Task<BackupRemover> PrepareAsync(
        EnvironmentContext context, BackupQuery query, RetentionRule rule, Action<OperationException> refuse, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(refuse);
        var shelf = await BackupShelf.OpenAsync(context, query, refuse, cancellationToken).ConfigureAwait(false);
        var judged = new Dictionary<BackupInfo, string?>(ReferenceEqualityComparer.Instance);
        foreach (var (backup, keep) in RetentionPlanner.Plan([.. shelf.All.Select(one => one.Info)], rule, DateTimeOffset.UtcNow))
        {
            judged[backup] = keep;
        }

        var plan = new List<BackupRemoval>();
        foreach (var info in shelf.Found.Select(one => one.Info))
        {
            var keep = info.IsOwn ? judged[info] : $"of environment '{info.SourceEnvironment}'";
            if (query.Names.Count == 0)
            {
                plan.Add(Removal(info, keep is null, keep ?? "no rule keeps it"));
            }
            else if (info.IsLatest)
            {
                refuse(new OperationException(BackupErrors.StillNeeded, $"{info.Name} is the newest good {BackupPath.KindText(info.Kind)} backup of {info.Database}{(info.IsOwn ? "" : $" of environment '{info.SourceEnvironment}'")} in {info.Path}.", info.Name));
            }
            else
            {
                plan.Add(Removal(info, true, "named"));
            }
        }

        return new BackupRemover(shelf, plan);
    }

    /// <summary>Removes one.</summary>
    /// <param name="removal">One of the plan that is to go.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The running work.</returns>
    /// <exception cref="OperationException">The place's own errors.</exception>
    public Task RemoveAsync(BackupRemoval removal, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(removal);
        var found = shelf.Found.Single(one => one.Info.Path == removal.Path);
        return found.Store.RemoveAsync(found.Stored.Path, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => shelf.DisposeAsync();

    private static BackupRemoval Removal(BackupInfo info, bool goes, string reason) => new()
    {
        Environment = info.Environment, Name = info.Name, Kind = info.Kind, Database = info.Database, Location = info.Location, Path = info.Path, StartTime = info.StartTime,
        Removed = goes, Reason = reason, SizeBytes = info.SizeBytes,
    };
}
