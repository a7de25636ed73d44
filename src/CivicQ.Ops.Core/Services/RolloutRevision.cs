namespace CivicQ.Ops.Core.Services;

/// <summary>One revision of a service: a ReplicaSet of its Deployment, or an entry of Compose's release ledger.</summary>
public sealed record RolloutRevision
{
    /// <summary>The environment's name.</summary>
    public required string Environment { get; init; }

    /// <summary>The service's name in every environment.</summary>
    public required string Service { get; init; }

    /// <summary>The revision's number; the highest is the newest.</summary>
    public required long Revision { get; init; }

    /// <summary>The same number, under the name that the parameter of <c>Undo-CivicQRollout</c> has.</summary>
    public long ToRevision => Revision;

    /// <summary>Whether this is the revision that is wanted now.</summary>
    public bool IsCurrent { get; init; }

    /// <summary>The images.</summary>
    public IReadOnlyList<string> Images { get; init; } = [];

    /// <summary>Why it was made: the annotation <c>kubernetes.io/change-cause</c>, or the release's note.</summary>
    public string? ChangeCause { get; init; }

    /// <summary>The commit that the release was built from; of Compose's ledger only.</summary>
    public string? GitRevision { get; init; }

    /// <summary>How many instances of it there are.</summary>
    public int Instances { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>What it has different from the revision before it.</summary>
    public IReadOnlyList<ServiceDifference> Changes { get; init; } = [];
}
