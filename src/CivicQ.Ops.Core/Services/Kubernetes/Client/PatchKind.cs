namespace CivicQ.Ops.Core.Services.Kubernetes.Client;

/// <summary>How a patch is to be read.</summary>
internal enum PatchKind
{
    /// <summary>A list of operations (RFC 6902).</summary>
    Json,

    /// <summary>Fields over fields (RFC 7396); lists are replaced whole.</summary>
    Merge,

    /// <summary>Fields over fields; lists are merged by their key, as the API knows it.</summary>
    Strategic,
}
