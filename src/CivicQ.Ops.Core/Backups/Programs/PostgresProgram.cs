namespace CivicQ.Ops.Core.Backups.Programs;

/// <summary>One of PostgreSQL's client programs.</summary>
/// <param name="Name">Its name, <c>pg_dump</c>.</param>
/// <param name="Path">Its path, on this machine or in the instance.</param>
/// <param name="Major">Its major version.</param>
/// <param name="Version">What it says of its version.</param>
internal sealed record PostgresProgram(string Name, string Path, int Major, string Version);
