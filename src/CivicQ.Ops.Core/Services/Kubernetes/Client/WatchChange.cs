namespace CivicQ.Ops.Core.Services.Kubernetes.Client;

/// <summary>What happened to an object.</summary>
internal enum WatchChange
{
    /// <summary>It is there.</summary>
    Added,

    /// <summary>It was changed.</summary>
    Modified,

    /// <summary>It is gone.</summary>
    Deleted,
}
