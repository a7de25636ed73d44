namespace CivicQ.Ops.Core.Database.Tables;

/// <summary>The estimate of a table, and what is needed to measure it.</summary>
/// <param name="Bloat">The estimate.</param>
/// <param name="ObjectId">The table's oid.</param>
/// <param name="IsHeld">True where somebody holds it exclusively: measuring would wait.</param>
/// <param name="Extension">The schema that pgstattuple is installed in, or <see langword="null"/>.</param>
internal sealed record BloatRow(DatabaseTableBloat Bloat, long ObjectId, bool IsHeld, string? Extension);
