using System.Text;
using CivicQ.Ops.Core.Environments;

namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>Tells the keys of Celery's broker (kombu's) from the cache's.</summary>
internal sealed class BrokerKeys
{
    // kombu puts the priority behind the queue's name.
    private static readonly string[] Priorities = ["", "\u0006\u00163", "\u0006\u00166", "\u0006\u00169"];
    private static readonly string[] Unacknowledged = ["unacked", "unacked_index", "unacked_mutex"];
    private readonly HashSet<string> names;

    /// <summary>Knows the keys of an environment's queues.</summary>
    public BrokerKeys(QueueSettings? queue)
    {
        Prefix = queue?.KeyPrefix ?? "";
        names = [.. (queue?.Queues ?? ["celery"]).SelectMany(name => Priorities.Select(priority => Prefix + name + priority)),
            .. Unacknowledged.Select(name => Prefix + name)];
    }

    /// <summary>What every queue's key of bindings begins with.</summary>
    public static ReadOnlySpan<byte> Binding => "_kombu.binding."u8;

    /// <summary>What stands before every key.</summary>
    public string Prefix { get; }

    /// <summary>The keys that have one name each.</summary>
    public IReadOnlyCollection<string> Names => names;

    /// <summary>Whether a key is the broker's.</summary>
    public bool Contains(ReadOnlySpan<byte> key) =>
        key.IndexOf(Binding) >= 0 || key.EndsWith(".reply.celery.pidbox"u8) || (key.Length < 256 && names.Contains(Encoding.UTF8.GetString(key)));
}
