namespace CivicQ.Ops.Core.Lab;

/// <summary>One server as the state file keeps it.</summary>
/// <param name="Kind">Which one.</param>
/// <param name="Process">Its process; <see langword="null"/> where it was not started.</param>
/// <param name="Port">Its TCP port; 0 where it has none.</param>
/// <param name="HttpsPort">Its second port, for TLS; 0 where it has none.</param>
/// <param name="Version">Its version.</param>
/// <param name="LogFile">Its log.</param>
/// <param name="Detail">Why it was not started.</param>
internal sealed record LabStateServer(
    LabServerKind Kind, LabProcess? Process, int Port = 0, int HttpsPort = 0, string? Version = null, string? LogFile = null, string Detail = "");
