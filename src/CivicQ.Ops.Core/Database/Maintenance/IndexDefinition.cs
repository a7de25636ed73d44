namespace CivicQ.Ops.Core.Database.Maintenance;

/// <summary>An index to be made. Names are as the catalog has them, without quotes; nothing here is SQL.</summary>
public sealed record IndexDefinition
{
    /// <summary>The table's schema.</summary>
    public string Schema { get; init; } = "public";

    /// <summary>The table.</summary>
    public required string Table { get; init; }

    /// <summary>The columns that are searched by, in their order.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>Further columns that are kept along, so that queries need not look into the table.</summary>
    public IReadOnlyList<string> Included { get; init; } = [];

    /// <summary>The name; made of table and columns, as PostgreSQL does it, where this is <see langword="null"/>.</summary>
    public string? Name { get; init; }

    /// <summary>The access method: <c>btree</c>, <c>hash</c>, <c>gin</c>, <c>gist</c>, <c>spgist</c>, <c>brin</c>.</summary>
    public string Method { get; init; } = "btree";

    /// <summary>True where no two rows may have the same values.</summary>
    public bool IsUnique { get; init; }
}
