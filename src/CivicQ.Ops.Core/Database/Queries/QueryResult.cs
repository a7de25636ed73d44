using Npgsql;

namespace CivicQ.Ops.Core.Database.Queries;

/// <summary>The columns of one result, and how their values are read.</summary>
/// <param name="Names">The names.</param>
/// <param name="Readers">Reads a column's text.</param>
internal sealed record QueryResult(IReadOnlyList<string> Names, IReadOnlyList<Func<string, object?>> Readers)
{
    /// <summary>Reads the present row, from the first column to the last.</summary>
    /// <param name="reader">The reader, which reads in sequence.</param>
    /// <returns>The row.</returns>
    public QueryRow Row(NpgsqlDataReader reader)
    {
        var values = new object?[Names.Count];
        for (var column = 0; column < values.Length; column++)
        {
            values[column] = reader.IsDBNull(column) ? null : Readers[column](reader.GetString(column));
        }

        return new QueryRow(Names, values);
    }
}
