using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Sessions;

/// <summary>What one runspace remembers. <c>ForEach-Object -Parallel</c> gives every thread its own.</summary>
internal sealed class CivicQSession
{
    private static readonly ConditionalWeakTable<Runspace, CivicQSession> Sessions = [];

    /// <summary>The session of this thread's runspace. On the pipeline thread only: the threads of the pool have none.</summary>
    public static CivicQSession Current => Runspace.DefaultRunspace is { } runspace ? Sessions.GetOrCreateValue(runspace) : new CivicQSession();

    /// <summary>Tells the session from others, in the journal.</summary>
    public string Id { get; } = Guid.NewGuid().ToString("N")[..12];

    /// <summary>The environments that <c>Connect-CivicQ</c> chose; <see langword="null"/> before.</summary>
    public IReadOnlyList<string>? Connected { get; set; }

    /// <summary>The names in databases that the session has seen, for completion.</summary>
    public DatabaseNames DatabaseNames { get; } = new();

    /// <summary>What operations keep between commands.</summary>
    public SessionMemory Memory { get; } = new();

    /// <summary>The services that the session has seen, for completion.</summary>
    public KnownServices ServiceNames { get; } = new();

    /// <summary>The buckets and prefixes that the session has seen, for completion.</summary>
    public KnownStorage StorageNames { get; } = new();
}
