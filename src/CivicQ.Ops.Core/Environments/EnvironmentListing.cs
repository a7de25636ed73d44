using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Environments;

/// <summary>The environments that a source gave, and what was wrong with the others.</summary>
/// <param name="Environments">The usable ones, each name once.</param>
/// <param name="Complaints">What is wrong, in the file's order.</param>
public sealed record EnvironmentListing(IReadOnlyList<CivicQEnvironment> Environments, IReadOnlyList<EnvironmentComplaint> Complaints)
{
    /// <summary>No environment, no complaint.</summary>
    public static readonly EnvironmentListing Empty = new([], []);

    /// <summary>The complaint that leaves nothing to rely on (broken JSON, a file that cannot be read), if there is one.</summary>
    public EnvironmentComplaint? Fatal => Complaints.FirstOrDefault(IsFatal);

    /// <summary>Whether a complaint leaves no environment to rely on.</summary>
    /// <param name="complaint">The complaint.</param>
    /// <returns>True where it is about the file as a whole, and not about a key of it.</returns>
    public static bool IsFatal(EnvironmentComplaint complaint) =>
        complaint.Environment is null && (complaint.Definition == EnvironmentErrors.FileInvalid || complaint.Definition == EnvironmentErrors.FileUnreadable);
}
