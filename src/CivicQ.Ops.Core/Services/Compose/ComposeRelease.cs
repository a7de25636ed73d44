namespace CivicQ.Ops.Core.Services.Compose;

/// <summary>An entry of the release ledger: which image each service ran.</summary>
public sealed record ComposeRelease
{
    /// <summary>The number, counted from 1.</summary>
    public required long Revision { get; init; }

    /// <summary>When it was brought up.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The commit that the Compose file's folder was at; <see langword="null"/> where it is no repository.</summary>
    public string? GitRevision { get; init; }

    /// <summary>What it is, in the words of whoever published it.</summary>
    public string? Note { get; init; }

    /// <summary>The images by service.</summary>
    public required IReadOnlyDictionary<string, ComposeReleaseImage> Images { get; init; }
}
