namespace CivicQ.Ops.Core.Database.Maintenance;

/// <summary>How the dropping of an invalid index ended.</summary>
/// <param name="Index">The index.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Reason">Who has it locked, or the server's words; <see langword="null"/> where it does not stay.</param>
internal sealed record IndexDrop(MaintenanceItem Index, IndexDropOutcome Outcome, string? Reason)
{
    /// <summary>True where it is still there, and should not be.</summary>
    public bool Stays => Outcome is IndexDropOutcome.Locked or IndexDropOutcome.Refused;
}
