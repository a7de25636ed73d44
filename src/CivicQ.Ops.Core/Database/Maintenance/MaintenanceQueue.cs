namespace CivicQ.Ops.Core.Database.Maintenance;

/// <summary>The work queue: largest first, never two pieces of one table at once, and what met a lock comes again at the end.</summary>
internal sealed class MaintenanceQueue
{
    private readonly object gate = new();
    private readonly LinkedList<MaintenanceItem> waiting;
    private readonly HashSet<uint> busy = [];
    private TaskCompletionSource changed = New();

    /// <summary>Creates the queue.</summary>
    /// <param name="items">The work, in any order.</param>
    public MaintenanceQueue(IEnumerable<MaintenanceItem> items) => waiting = new(items.OrderByDescending(item => item.Weight));

    /// <summary>Takes the next piece of work; waits while all that is left is on tables that others work on.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The work; <see langword="null"/> when nothing is left.</returns>
    public async Task<MaintenanceItem?> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task change;
            lock (gate)
            {
                for (var node = waiting.First; node is not null; node = node.Next)
                {
                    if (IsDue(node.Value) && busy.Add(node.Value.TableId))
                    {
                        waiting.Remove(node);
                        return node.Value;
                    }
                }

                // What others hold may still come back.
                if (waiting.Count == 0 && busy.Count == 0)
                {
                    return null;
                }

                change = changed.Task;
            }

            await change.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Gives a piece of work back.</summary>
    /// <param name="item">The work.</param>
    /// <param name="again">True to have it tried once more, after all others.</param>
    public void Return(MaintenanceItem item, bool again)
    {
        TaskCompletionSource before;
        lock (gate)
        {
            busy.Remove(item.TableId);
            if (again)
            {
                waiting.AddLast(item);
            }

            (before, changed) = (changed, New());
        }

        before.SetResult();
    }

    private bool IsDue(MaintenanceItem item) =>
        item.After.Count == 0 || (!item.After.Any(busy.Contains) && !waiting.Any(other => other != item && item.After.Contains(other.TableId)));

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
