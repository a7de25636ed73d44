namespace CivicQ.Ops.Core.Database.Maintenance;

/// <summary>Which tables or indexes are meant.</summary>
/// <param name="Database">The database; the environment's own where this is <see langword="null"/>.</param>
/// <param name="Schema">The schema; every one but the system's where this is <see langword="null"/>.</param>
/// <param name="Table">The table; every one where this is <see langword="null"/>.</param>
/// <param name="Index">The index; every one where this is <see langword="null"/>.</param>
/// <param name="Exact">True where the names are the catalog's own; false where they are patterns, regardless of case.</param>
public sealed record MaintenanceTarget(string? Database, string? Schema, string? Table, string? Index = null, bool Exact = false);
