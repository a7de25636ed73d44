namespace CivicQ.Ops.Core.Lab;

/// <summary>The lab's buckets as the state file keeps them. Holds no secret: the keys are in files beside it.</summary>
internal sealed record LabStorage
{
    /// <summary>The S3 server.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>The bucket of the users' videos and pictures: the lab's own, with a part of its id.</summary>
    public required string Media { get; init; }

    /// <summary>The bucket of backups.</summary>
    public required string Backups { get; init; }

    /// <summary>Whether the buckets were made.</summary>
    public bool IsStarted { get; init; }

    /// <summary>Why they were not made.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Where they are, for people.</summary>
    public string Address => $"buckets {Media} and {Backups} on {Endpoint}";

    /// <summary>The buckets that a lab is to have.</summary>
    /// <param name="endpoint">The server.</param>
    /// <param name="id">The lab's id.</param>
    // A part of the id: the server may be one that others use, with buckets of these names that must not be touched.
    public static LabStorage Of(Uri endpoint, string id) => new()
    {
        Endpoint = endpoint, Media = $"civicq-media-{id[..8].ToLowerInvariant()}", Backups = $"civicq-backups-{id[..8].ToLowerInvariant()}",
    };
}
