namespace CivicQ.Ops;

/// <summary>The base of cmdlets that gather what is piped in and work on all of it at once, rather than on one after the other.</summary>
/// <typeparam name="T">What is gathered.</typeparam>
public abstract class CollectingCmdlet<T> : EnvironmentCmdlet
{
    private readonly Dictionary<string, (string[]? Environment, List<T> Items)> batches = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What was gathered for the environment that is worked on; empty where nothing was named.</summary>
    protected IReadOnlyList<T> Batch { get; private set; } = [];

    /// <summary>What the parameters of this input name.</summary>
    /// <param name="cancellationToken">Cancelled by Ctrl+C.</param>
    /// <returns>The items; empty where none is named.</returns>
    protected abstract Task<IReadOnlyList<T>> CollectAsync(CancellationToken cancellationToken);

    /// <summary>Work to do once everything was worked on.</summary>
    /// <param name="cancellationToken">Cancelled by Ctrl+C.</param>
    /// <returns>The running work.</returns>
    protected virtual Task FinishAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var key = Environment is null ? "" : string.Join('\n', Environment);
        if (!batches.TryGetValue(key, out var batch))
        {
            batches[key] = batch = (Environment, []);
        }

        batch.Items.AddRange(await CollectAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        foreach (var (environment, items) in batches.Values)
        {
            Environment = environment;
            Batch = items;
            await base.ProcessAsync(cancellationToken).ConfigureAwait(false);
        }

        if (batches.Count > 0)
        {
            await FinishAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
