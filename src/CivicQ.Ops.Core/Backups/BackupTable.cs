namespace CivicQ.Ops.Core.Backups;

/// <summary>A table in a logical backup.</summary>
/// <param name="Schema">Its schema.</param>
/// <param name="Table">Its name.</param>
/// <param name="Rows">How many rows the backup holds, counted in its very snapshot; <see langword="null"/> where they were not counted.</param>
public sealed record BackupTable(string Schema, string Table, long? Rows);
