using System.Runtime.CompilerServices;
using CivicQ.Ops.Core.Services.Kubernetes.Client;
using CivicQ.Ops.Core.Services.Kubernetes.Objects;

namespace CivicQ.Ops.Core.Services.Kubernetes;

/// <summary>Reads events, oldest first, and goes on with what happens.</summary>
/// <param name="client">The cluster.</param>
/// <param name="describer">Knows the names of services.</param>
/// <param name="environment">The environment's name.</param>
internal sealed class EventReader(IKubernetesClient client, ServiceDescriber describer, string environment)
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(24);

    /// <summary>Reads.</summary>
    /// <param name="services">The services; <see langword="null"/> for the whole namespace.</param>
    /// <param name="query">Which events.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The events.</returns>
    public async IAsyncEnumerable<ServiceEvent> ReadAsync(
        IReadOnlyList<ServiceInfo>? services, ServiceEventQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var owners = new EventOwners(await ServiceSnapshot.ReadAsync(client, withPods: true, cancellationToken).ConfigureAwait(false));
        var wanted = services?.Select(service => service.PlatformName).ToHashSet(StringComparer.Ordinal);
        var list = await client.ListAsync(KubernetesResource.Events, ObjectSelection.All, cancellationToken).ConfigureAwait(false);
        var seen = new HashSet<(string Uid, string Version)>();
        foreach (var item in list.Items.Select(json => new KubernetesEvent(json)).OrderBy(item => item.LastSeen).ThenBy(item => item.Name, StringComparer.Ordinal))
        {
            seen.Add((item.Uid, item.ResourceVersion));
            if (Take(item, owners, wanted, query) is { } event_)
            {
                yield return event_;
            }
        }

        if (!query.Follow)
        {
            yield break;
        }

        // A quiet namespace must not hold up the end that was asked for.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (query.Until is { } until)
        {
            var left = until - DateTimeOffset.UtcNow;
            limit.CancelAfter(left < TimeSpan.Zero ? TimeSpan.Zero : left < LongestTimer ? left : LongestTimer);
        }

        var changes = client.WatchAsync(KubernetesResource.Events, ObjectSelection.All, limit.Token).GetAsyncEnumerator(limit.Token);
        await using var closing = changes.ConfigureAwait(false);
        while (await NextAsync(changes, cancellationToken).ConfigureAwait(false))
        {
            var item = new KubernetesEvent(changes.Current.Object);
            if (changes.Current.Change == WatchChange.Deleted || !seen.Add((item.Uid, item.ResourceVersion)))
            {
                // It was forgotten by the cluster, which does so after an hour; or it was told already.
                seen.RemoveWhere(known => changes.Current.Change == WatchChange.Deleted && known.Uid == item.Uid);
                continue;
            }

            if (Take(item, owners, wanted, query) is { } event_)
            {
                yield return event_;
            }
        }
    }

    private static async ValueTask<bool> NextAsync(IAsyncEnumerator<WatchEvent> changes, CancellationToken cancellationToken)
    {
        try
        {
            return await changes.MoveNextAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private ServiceEvent? Take(KubernetesEvent item, EventOwners owners, HashSet<string>? wanted, ServiceEventQuery query)
    {
        var owner = owners.Of(item);
        if ((wanted is not null && (owner is null || !wanted.Contains(owner))) || item.LastSeen < query.Since || item.LastSeen >= query.Until)
        {
            return null;
        }

        return new ServiceEvent
        {
            Environment = environment,
            At = item.LastSeen,
            FirstAt = item.FirstSeen,
            Count = item.Count,
            Level = item.Type == "Warning" ? ServiceEventLevel.Warning : ServiceEventLevel.Normal,
            Service = owner is null ? null : describer.Common(owner),
            Object = $"{item.InvolvedKind}/{item.InvolvedName}",
            Instance = item.InvolvedKind == "Pod" ? item.InvolvedName : null,
            Reason = item.Reason,
            Message = item.Message,
        };
    }
}
